/** A place in a list. An object of a class: of literals that live long V8 makes the next ones old from birth. */
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
 * Values in the order in which they came, for what comes and goes with every request. A Set or an array says the same,
 * and is copied as it grows: what stood in the old copy lives, with the request it holds, until V8 collects everything.
 * A link that was taken out holds nothing.
 */
export class LinkedList<Value> {
  /** before the first and behind the last */
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

  /** Twice is once. */
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

  /** The one at hand may be deleted meanwhile. */
  *[Symbol.iterator](): Generator<Value> {
    for (let link = this.#end.after!; link !== this.#end; ) {
      const { value, after } = link
      yield value as Value
      link = after!
    }
  }
}
