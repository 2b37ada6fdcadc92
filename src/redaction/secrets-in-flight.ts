import { type Link, LinkedList } from '../core/linked-list.js'
import { shared } from '../core/process/store.js'
import { BEGINNING, makeValueIndex } from './value-index.js'

/**
 * The secrets of requests being served, so that they can be masked wherever they turn up in text, however the
 * app came to print them. One registry a process (two copies of this package share it), because the console is one.
 */
export interface SecretsInFlight {
  /** Masks what was found until the returned function is called, and a short while after. */
  hold(found: Omit<FoundSecret, 'final'>): () => void
  /** As `hold`, of what may not have been read yet: `find` is asked when there is text to mask, as most requests print nothing. */
  watch(find: () => FoundSecret): Release
  /** Masks `values` for the life of the process: the toolkit's own keys. */
  keep(values: Iterable<string>): void
  /** `text` with every such value masked, plain, URL-escaped, JSON-escaped or in base64. */
  mask(text: string): string
  /** Whether any of them occurs in `text`. */
  occursIn(text: string): boolean
}

/** Ends it, with what was found at the end. */
export type Release = (last: FoundSecret) => void

/** What a look at a request found: secrets to mask, and texts whose control characters would forge log lines. */
export interface FoundSecret {
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
/** Most values of ended requests that are still masked; those that came first go first. */
const MOST = 20_000

/**
 * A value, once for all who carry it: people send the same login over and over. Nothing else of a request is kept when
 * it has been served, or two seconds of requests would be what the process has most of in memory.
 */
class Carried {
  /** requests being served */
  by = 0
  /** ms; when it is masked no more, unless it is carried */
  until = 0
  isIndexed = false
  constructor(readonly value: string) {}
}

class Watched {
  readonly carried: Carried[] = []
  isFinal = false
  link: Link<Watched> | undefined
  constructor(readonly find: () => FoundSecret) {}
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
  const secrets = new Map<string, Carried>()
  const unprintable = new Map<string, Carried>()
  /** Secrets that are not in the index: they are put there when there is text to look through. */
  let unindexed: Carried[] = []
  let sweptAt = 0

  function carry(values: Map<string, Carried>, value: string, carried: Carried[]): void {
    let one = values.get(value)
    if (!one) {
      one = new Carried(value)
      values.set(value, one)
      if (values === secrets) unindexed.push(one)
    }
    if (carried.includes(one)) return
    one.by++
    carried.push(one)
  }
  function take(found: Omit<FoundSecret, 'final'>, carried: Carried[]): void {
    for (const value of found.secrets) if (value.length >= SHORTEST) carry(secrets, value, carried)
    for (const value of found.unprintable) carry(unprintable, value, carried)
  }
  function leave(carried: Carried[]): void {
    if (carried.length === 0) return
    const until = now() + LINGER_MS
    for (const one of carried) {
      one.by--
      one.until = until
    }
    carried.length = 0
  }
  function forget(values: Map<string, Carried>, one: Carried): void {
    values.delete(one.value)
    if (one.isIndexed) formsOf(one.value).forEach(index.remove)
  }
  function sweep(): void {
    const time = now()
    if (time - sweptAt < SWEEP_MS) return
    sweptAt = time
    for (const values of [secrets, unprintable])
      for (const one of values.values())
        if (one.by === 0 && (one.until < time || values.size > MOST)) forget(values, one)
    unindexed = unindexed.filter((one) => secrets.get(one.value) === one)
  }
  /** All that is carried now is in the index. */
  function look(): void {
    for (const one of watched) {
      if (one.isFinal) continue
      const found = one.find()
      one.isFinal = found.final
      take(found, one.carried)
    }
    for (const one of unindexed) {
      one.isIndexed = true
      formsOf(one.value).forEach(index.add)
    }
    unindexed = []
  }

  return {
    hold(found) {
      sweep()
      const carried: Carried[] = []
      take(found, carried)
      return () => leave(carried)
    },
    watch(find) {
      const one = new Watched(find)
      one.link = watched.push(one)
      return (last) => {
        watched.delete(one.link!)
        take(last, one.carried)
        leave(one.carried)
      }
    },
    keep(values) {
      const carried: Carried[] = []
      take({ secrets: [...values], unprintable: [] }, carried)
    },
    mask(text) {
      sweep()
      look()
      let printed = text
      // Inside JSON a quote of it is escaped, and U+2028 is not.
      for (const forged of unprintable.keys())
        for (const form of [forged, JSON.stringify(forged).slice(1, -1)])
          if (printed.includes(form)) printed = printed.replaceAll(form, printable(form))
      return index.replace(printed, REDACTED)
    },
    occursIn(text) {
      look()
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
