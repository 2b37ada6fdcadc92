/** A place in a list. An object of a class: V8 allocates literals as old if earlier ones lived long. */
class Link<Value> {
  value: Value | undefined
  before: Link<Value> | undefined
  after: Link<Value> | undefined
  constructor(value?: Value) {
    this.value = value
  }
}

export type { Link }

/**
 * A list of values in insertion order, for values that come and go with every request. A Set or an array is
 * copied when it grows, and the old copy keeps its values, and the requests they belong to, alive until a
 * full collection. A removed link holds nothing.
 */
export class LinkedList<Value> {
  /** sentinel before the first and after the last */
  readonly #end = new Link<Value>()
  size = 0

  constructor() {
    this.#end.before = this.#end
    this.#end.after = this.#end
  }

  push(value: Value): Link<Value> {
    const link = new Link(value)
    link.before = this.#end.before
    link.after = this.#end
    this.#end.before!.after = link
    this.#end.before = link
    this.size++
    return link
  }

  /** Removing twice is harmless. */
  delete(link: Link<Value>): void {
    if (!link.after) return
    link.before!.after = link.after
    link.after.before = link.before
    link.value = undefined
    link.before = undefined
    link.after = undefined
    this.size--
  }

  shift(): Value | undefined {
    const first = this.#end.after!
    const { value } = first
    if (first !== this.#end) this.delete(first)
    return value
  }

  /** The current one may be deleted in the meantime. */
  *[Symbol.iterator](): Generator<Value> {
    for (let link = this.#end.after!; link !== this.#end; ) {
      const { value, after } = link
      yield value as Value
      link = after!
    }
  }
}
