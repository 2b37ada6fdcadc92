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

/** Stands where a slot of a record is empty. */
const NOTHING = Symbol('nothing')

/**
 * Slots of one kind of object that most of these objects fill: kept together in one array for each. A private field for
 * each slot makes V8 copy an object's fields again and again as they are added. The array is a copy: one made by
 * `new Array` V8 would allocate as an old object, which holds what is in it until all memory is collected.
 */
function slots(): <Owner extends object, Value>() => Slot<Owner, Value> {
  const empty: unknown[] = []
  class Kept extends Given {
    #values: unknown[]
    private constructor(owner: object) {
      super(owner)
      this.#values = empty.slice()
    }
    static of(owner: object): unknown[] | undefined {
      return #values in owner ? (owner as Kept).#values : undefined
    }
    static made(owner: object): unknown[] {
      new Kept(owner)
      return (owner as Kept).#values
    }
  }
  return <Owner extends object, Value>() => {
    const at = empty.push(NOTHING) - 1
    const valueIn = (owner: object) => {
      const values = Kept.of(owner)
      // What came before this slot was made has no place for it.
      return values === undefined || at >= values.length ? NOTHING : values[at]
    }
    return {
      get(owner: Owner) {
        const value = valueIn(owner)
        return value === NOTHING ? undefined : (value as Value)
      },
      set(owner: Owner, value: Value) {
        const values = Kept.of(owner) ?? Kept.made(owner)
        while (values.length < at) values.push(NOTHING)
        values[at] = value
      },
      has: (owner: Owner) => valueIn(owner) !== NOTHING,
    }
  }
}

/** A slot of requests. Made once for a process, not for each wrapped app. */
export const requestSlot = slots()
/** The same of answers. */
export const answerSlot = slots()
