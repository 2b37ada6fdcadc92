/**
 * A map of at most `most` entries: the oldest makes room for a new one. Looking one up costs what it costs in a Map, which
 * every request pays. Making room keeps its iterator: a new one passes everything removed since, 60 µs at 10,000 entries.
 */
export class BoundedMap<Key, Value> extends Map<Key, Value> {
  readonly #most: number
  #oldest = this.keys()

  constructor(most: number) {
    super()
    this.#most = most
  }

  override set(key: Key, value: Value): this {
    if (this.size >= this.#most && !this.has(key)) this.delete(this.#next())
    return super.set(key, value)
  }

  #next(): Key {
    const next = this.#oldest.next()
    if (!next.done) return next.value
    this.#oldest = this.keys()
    return this.#oldest.next().value!
  }
}
