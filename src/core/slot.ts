/**
 * Something of ours kept with an object of somebody else's, where nobody but us can see or change it. A WeakMap says the
 * same, and costs more than all else a request does: V8 takes what a large one holds for alive until it collects
 * everything, and with it each request that is held by what is kept of it.
 */
export interface Slot<Owner extends object, Value> {
  get(owner: Owner): Value | undefined
  set(owner: Owner, value: Value): void
  has(owner: Owner): boolean
}

/** What is constructed is the object it is given: a class below puts its private field there. */
class Given {
  constructor(owner: object) {
    // biome-ignore lint/correctness/noConstructorReturn: the way to a private field on an object that exists already
    return owner
  }
}

export function slot<Owner extends object, Value>(): Slot<Owner, Value> {
  class Kept extends Given {
    #value: Value
    private constructor(owner: Owner, value: Value) {
      super(owner)
      this.#value = value
    }
    static has(owner: Owner): owner is Owner & Kept {
      return #value in owner
    }
    static get(owner: Owner): Value | undefined {
      return #value in owner ? owner.#value : undefined
    }
    static set(owner: Owner, value: Value): void {
      if (#value in owner) owner.#value = value
      else new Kept(owner, value)
    }
  }
  return Kept
}
