import { type Link, LinkedList } from '../core/linked-list.js'
import { shared } from '../core/process/store.js'
import { type Carried, CarriedValues } from './carried-values.js'

/**
 * The secrets of requests in progress, so that they can be masked wherever they occur in text, however the app came to
 * print them. One registry per process (two copies of this package share it), because the console is shared too.
 */
export interface SecretsInFlight {
  /** Masks values found in the head of a request until the returned function is called, and for a short time after. */
  hold(found: Omit<FoundSecret, 'final'>): () => void
  /** Like `hold`, for values of a body, which may not have been read yet: `find` is called when there is text to mask. */
  watch(find: () => FoundSecret): Release
  /** Masks `values` for the life of the process: usertwo's own keys. */
  keep(values: Iterable<string>): void
  /** Masks every such value in `text`, plain, URL-escaped, JSON-escaped or in base64. */
  mask(text: string): string
  /** Masks those of heads alone: what a body brings is for the app to use. */
  maskHeads(text: string): string
}

/** Ends it, with the values found at the end. */
export type Release = (last: FoundSecret) => void

/** The result of searching a request: secrets to mask, and texts whose control characters would forge log lines. */
export interface FoundSecret {
  secrets: string[]
  unprintable: string[]
  /** nothing further can be found: no need to search again */
  final: boolean
}

export const REDACTED = '[redacted]'

class Watched {
  readonly carried: Carried[] = []
  isFinal = false
  link: Link<Watched> | undefined
  constructor(readonly find: () => FoundSecret) {}
}

export function makeSecretsInFlight(now: () => number = () => performance.now()): SecretsInFlight {
  const values = new CarriedValues(now)
  const watched = new LinkedList<Watched>()

  /** Adds everything found so far to the index. */
  function look(): void {
    for (const one of watched) {
      if (one.isFinal) continue
      const found = one.find()
      one.isFinal = found.final
      values.take(found, one.carried, false)
    }
    values.indexAll()
  }

  return {
    hold(found) {
      values.sweep()
      const carried: Carried[] = []
      values.take(found, carried, true)
      return () => values.leave(carried)
    },
    watch(find) {
      const one = new Watched(find)
      one.link = watched.push(one)
      return (last) => {
        watched.delete(one.link!)
        values.take(last, one.carried, false)
        values.leave(one.carried)
      }
    },
    keep(kept) {
      const carried: Carried[] = []
      values.take({ secrets: [...kept], unprintable: [] }, carried, true)
    },
    mask(text) {
      values.sweep()
      look()
      let printed = text
      // Inside JSON a quote is escaped, and U+2028 is not.
      for (const forged of values.unprintable())
        for (const form of [forged, JSON.stringify(forged).slice(1, -1)])
          if (printed.includes(form)) printed = printed.replaceAll(form, printable(form))
      return values.index.replace(printed, REDACTED)
    },
    maskHeads(text) {
      look()
      return values.heads.replace(text, REDACTED)
    },
  }
}

const NAMED: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Control, ANSI, direction and line-separator characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/

export const isPrintable = (text: string): boolean => !UNPRINTABLE.test(text)

const EACH_UNPRINTABLE = new RegExp(UNPRINTABLE, 'g')

/** `text` on one line, with each unprintable character escaped. */
export function printable(text: string): string {
  return text.replace(
    EACH_UNPRINTABLE,
    (one) => NAMED[one] ?? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** The registry of this process. */
export const secretsInFlight: SecretsInFlight = shared('secrets-in-flight', () => makeSecretsInFlight())
