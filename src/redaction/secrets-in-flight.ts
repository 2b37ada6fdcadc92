import { type Link, LinkedList } from '../core/linked-list.js'
import { shared } from '../core/process/store.js'
import { BEGINNING, makeValueIndex } from './value-index.js'

/**
 * The secrets of requests being served, so that they can be masked wherever they turn up in text, however the
 * app came to print them. One registry a process (two copies of this package share it), because the console is one.
 */
export interface SecretsInFlight {
  /**
   * Masks what `find` returns until the returned function is called, and a short while after. It is asked when there is
   * text to mask: most requests print nothing, and a body may not have been read yet.
   */
  watch(find: () => Found): Release
  /** Masks `values` for the life of the process: the toolkit's own keys. */
  keep(values: Iterable<string>): void
  /** `text` with every such value masked, plain, URL-escaped, JSON-escaped or in base64. */
  mask(text: string): string
  /** Whether any of them occurs in `text`. */
  occursIn(text: string): boolean
}

/** Ends it. What is given was found at the end: `find`, and what it stands on, is let go at once. */
export type Release = (last?: Found) => void

/** What a look at a request found: secrets to mask, and texts whose control characters would forge log lines. */
export interface Found {
  secrets: string[]
  unprintable: string[]
  /** nothing further can come: no need to look again */
  final: boolean
}

export const REDACTED = '[redacted]'

/** Shorter values occur in text by accident. */
const SHORTEST = BEGINNING
/** Longest time an ended request's values are still masked: answers are logged after they are sent. */
const LINGER_MS = 2_000
/** How often ended requests are looked for. */
const SWEEP_MS = 500
/** Most ended requests whose values are still masked; the oldest go first. */
const MOST = 20_000

const NOTHING: readonly string[] = []

class Watched {
  values: readonly string[] = NOTHING
  unprintable: readonly string[] = NOTHING
  final = false
  /** ms; infinite while the request is being served */
  until = Number.POSITIVE_INFINITY
  link: Link<Watched> | undefined
  constructor(public find: () => Found) {}
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

export function makeSecretsInFlight(now: () => number = () => performance.now()): SecretsInFlight {
  const index = makeValueIndex()
  const watched = new LinkedList<Watched>()
  /** How many requests carry a value: people send the same login over and over. */
  const carriers = new Map<string, number>()
  let sweptAt = 0

  function enter(value: string): void {
    const count = carriers.get(value) ?? 0
    carriers.set(value, count + 1)
    if (count === 0) formsOf(value).forEach(index.add)
  }
  function leave(value: string): void {
    const count = carriers.get(value)!
    if (count > 1) return void carriers.set(value, count - 1)
    carriers.delete(value)
    formsOf(value).forEach(index.remove)
  }
  function sweep(): void {
    const time = now()
    if (time - sweptAt < SWEEP_MS) return
    sweptAt = time
    for (const one of watched) if (one.until < time) unwatch(one)
    for (const one of watched) {
      if (watched.size <= MOST) break
      if (one.until < Number.POSITIVE_INFINITY) unwatch(one)
    }
  }
  function unwatch(one: Watched): void {
    watched.delete(one.link!)
    one.values.forEach(leave)
  }
  function look(one: Watched): void {
    if (!one.final) take(one, one.find())
  }
  function take(one: Watched, found: Found): void {
    one.final = found.final
    one.unprintable = found.unprintable
    for (const value of found.secrets) {
      if (value.length < SHORTEST || one.values.includes(value)) continue
      one.values = [...one.values, value]
      enter(value)
    }
  }

  return {
    watch(find) {
      sweep()
      const one = new Watched(find)
      one.link = watched.push(one)
      return (last) => {
        one.until = now() + LINGER_MS
        if (!last) return
        take(one, { ...last, final: true })
        one.find = () => last
        if (one.values.length + one.unprintable.length === 0) unwatch(one)
      }
    },
    keep(values) {
      for (const value of values) if (value.length >= SHORTEST) enter(value)
    },
    mask(text) {
      sweep()
      let printed = text
      for (const one of watched) {
        look(one)
        // Inside JSON a quote of it is escaped, and U+2028 is not.
        for (const forged of one.unprintable)
          for (const form of [forged, JSON.stringify(forged).slice(1, -1)])
            if (printed.includes(form)) printed = printed.replaceAll(form, printable(form))
      }
      return index.replace(printed, REDACTED)
    },
    occursIn(text) {
      for (const one of watched) look(one)
      return index.occursIn(text)
    },
  }
}

const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** `text` on one line, with control, ANSI, direction and line-separator characters written out. */
export function printable(text: string): string {
  return text.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (one) => NAMED[one] ?? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** The registry of this process. */
export const secretsInFlight: SecretsInFlight = shared('secrets-in-flight', () => makeSecretsInFlight())
