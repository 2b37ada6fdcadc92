import type { FoundSecret } from './secrets-in-flight.js'
import { BEGINNING, makeValueIndex } from './value-index.js'

/** Shorter values occur in text by accident. */
const SHORTEST = BEGINNING
/** The longest time for which an ended request's values are still masked: answers are logged after they are sent. */
const LINGER_MS = 2_000
/** How often ended requests are removed. */
const SWEEP_MS = 500
/** The most values of ended requests that are still masked; the oldest are removed first. */
const MOST = 20_000

/**
 * A value, stored once for all requests with it: users send the same login repeatedly. Nothing else of an
 * ended request is kept, or two seconds of requests would fill most of the memory.
 */
export class Carried {
  /** requests in progress */
  by = 0
  /** the time after which it is no longer masked, unless a request carries it. ms */
  until = 0
  isIndexed = false
  /** whether it came in the head of a request, as a login does, or only in a body, as the app's own data */
  isOfHead = false
  constructor(readonly value: string) {}
}

/** Every common encoding of a value: plain, in a URL, in a form, in JSON, in base64, and as util.inspect prints a text with it. */
function formsOf(value: string): Set<string> {
  const escaped = encodeURIComponent(value.toWellFormed())
  const base64 = Buffer.from(value).toString('base64')
  const json = JSON.stringify(value).slice(1, -1)
  // How it quotes depends on the whole text: an apostrophe is escaped only where all three quotes occur.
  const inspected = [value, json].map((text) => text.replaceAll('\\', '\\\\'))
  return new Set([
    value,
    escaped,
    escaped.replaceAll('%20', '+'),
    json,
    JSON.stringify(json).slice(1, -1),
    base64.replace(/=+$/, ''),
    base64.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_'),
    ...inspected,
    ...inspected.map((text) => text.replaceAll("'", "\\'")),
  ])
}

/** The values of requests in progress, and for a short while of ended ones, found by the text that contains them. */
export class CarriedValues {
  readonly index = makeValueIndex()
  /** those that came in the head of a request */
  readonly heads = makeValueIndex()
  readonly #secrets = new Map<string, Carried>()
  readonly #unprintable = new Map<string, Carried>()
  /** Secrets that are not in the index yet: they are added when there is text to search. */
  #unindexed: Carried[] = []
  #sweptAt = 0

  constructor(readonly now: () => number) {}

  unprintable(): Iterable<string> {
    return this.#unprintable.keys()
  }

  take(found: Omit<FoundSecret, 'final'>, carried: Carried[], isOfHead: boolean): void {
    for (const value of found.secrets)
      if (value.length >= SHORTEST) this.#carry(this.#secrets, value, carried, isOfHead)
    for (const value of found.unprintable) this.#carry(this.#unprintable, value, carried, isOfHead)
  }

  leave(carried: Carried[]): void {
    if (carried.length === 0) return
    const until = this.now() + LINGER_MS
    for (const one of carried) {
      one.by--
      one.until = until
    }
    carried.length = 0
  }

  sweep(): void {
    const time = this.now()
    if (time - this.#sweptAt < SWEEP_MS) return
    this.#sweptAt = time
    for (const values of [this.#secrets, this.#unprintable])
      for (const one of values.values())
        if (one.by === 0 && (one.until < time || values.size > MOST)) this.#forget(values, one)
    this.#unindexed = this.#unindexed.filter((one) => this.#secrets.get(one.value) === one)
  }

  /** Adds everything that is carried now to the index. */
  indexAll(): void {
    for (const one of this.#unindexed) {
      one.isIndexed = true
      formsOf(one.value).forEach(this.index.add)
      if (one.isOfHead) formsOf(one.value).forEach(this.heads.add)
    }
    this.#unindexed = []
  }

  #carry(values: Map<string, Carried>, value: string, carried: Carried[], isOfHead: boolean): void {
    let one = values.get(value)
    if (!one) {
      one = new Carried(value)
      values.set(value, one)
      if (values === this.#secrets) this.#unindexed.push(one)
    }
    if (isOfHead && !one.isOfHead) {
      one.isOfHead = true
      if (one.isIndexed) formsOf(value).forEach(this.heads.add)
    }
    if (carried.includes(one)) return
    one.by++
    carried.push(one)
  }

  #forget(values: Map<string, Carried>, one: Carried): void {
    values.delete(one.value)
    if (!one.isIndexed) return
    formsOf(one.value).forEach(this.index.remove)
    if (one.isOfHead) formsOf(one.value).forEach(this.heads.remove)
  }
}
