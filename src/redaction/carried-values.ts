import type { FoundSecret } from './secrets-in-flight.js'
import { BEGINNING, makeValueIndex } from './value-index.js'

/** Shorter values occur in text by accident. */
const SHORTEST = BEGINNING
/** Longest time an ended request's values are still masked: answers are logged after they are sent. */
const LINGER_MS = 2_000
/** How often ended requests are looked for. */
const SWEEP_MS = 500
/** Most values of ended requests that are still masked; those that came first go first. */
const MOST = 20_000

/**
 * A value, once for all who carry it: people send the same login over and over. Nothing else of a request is kept when
 * it has been served, or two seconds of requests would be what the process has most of in memory.
 */
export class Carried {
  /** requests being served */
  by = 0
  /** ms; when it is masked no more, unless it is carried */
  until = 0
  isIndexed = false
  constructor(readonly value: string) {}
}

/** Every way a value is commonly written: as it is, in a URL, in a form, in JSON, in base64. */
function formsOf(value: string): string[] {
  const escaped = encodeURIComponent(value.toWellFormed())
  const base64 = Buffer.from(value).toString('base64')
  const json = JSON.stringify(value).slice(1, -1)
  return [
    value,
    escaped,
    escaped.replaceAll('%20', '+'),
    json,
    JSON.stringify(json).slice(1, -1),
    base64.replace(/=+$/, ''),
    base64.replace(/=+$/, '').replaceAll('+', '-').replaceAll('/', '_'),
  ]
}

/** The values of requests being served, and for a short while of those served, found by text that holds them. */
export class CarriedValues {
  readonly index = makeValueIndex()
  readonly #secrets = new Map<string, Carried>()
  readonly #unprintable = new Map<string, Carried>()
  /** Secrets that are not in the index: they are put there when there is text to look through. */
  #unindexed: Carried[] = []
  #sweptAt = 0

  constructor(readonly now: () => number) {}

  unprintable(): Iterable<string> {
    return this.#unprintable.keys()
  }

  take(found: Omit<FoundSecret, 'final'>, carried: Carried[]): void {
    for (const value of found.secrets)
      if (value.length >= SHORTEST) this.#carry(this.#secrets, value, carried)
    for (const value of found.unprintable) this.#carry(this.#unprintable, value, carried)
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

  /** Puts all that is carried now into the index. */
  indexAll(): void {
    for (const one of this.#unindexed) {
      one.isIndexed = true
      formsOf(one.value).forEach(this.index.add)
    }
    this.#unindexed = []
  }

  #carry(values: Map<string, Carried>, value: string, carried: Carried[]): void {
    let one = values.get(value)
    if (!one) {
      one = new Carried(value)
      values.set(value, one)
      if (values === this.#secrets) this.#unindexed.push(one)
    }
    if (carried.includes(one)) return
    one.by++
    carried.push(one)
  }

  #forget(values: Map<string, Carried>, one: Carried): void {
    values.delete(one.value)
    if (one.isIndexed) formsOf(one.value).forEach(this.index.remove)
  }
}
