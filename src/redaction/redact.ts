import { IncomingMessage } from 'node:http'
import { redactText } from './redact-text.js'
import { isSecretName } from './secret-names.js'
import { printable, REDACTED } from './secrets-in-flight.js'

export interface RedactLimits {
  /** levels of nesting; default 20 */
  depth?: number
  /** values looked at in all; default 2,000 */
  values?: number
}

/** Texts whose line breaks are kept; everything else is written on one line. */
const MULTILINE = /^(?:stack|trace|traceback)$/i

/**
 * Returns a copy of any value that is safe to log or report: plain data, with secrets replaced by key at any depth, by
 * pattern and by value. Handles circles, throwing getters, buffers, errors with causes and huge inputs.
 *
 * @example redact({ user: 'ann', headers: { authorization: 'Bearer x1' } })
 *  // → { user: 'ann', headers: { authorization: '[redacted]' } }
 */
export function redact(value: unknown, limits: RedactLimits = {}): unknown {
  return new Redaction(limits.depth ?? 20, limits.values ?? 2_000).of(value, 0, '')
}

/**
 * The members of a log entry, each redacted by its key and value. The keys are the code's own words and stay,
 * whatever a request carries: a client that sends `?token=status` must not mask them.
 */
export function redactMembers(entry: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(entry).map(([key, one]) => [key, isSecretName(key) ? hidden(one) : redact(one)]),
  )
}

/** Of a secret only its presence is shown. */
function hidden(value: unknown): unknown {
  return value === null || value === undefined || typeof value === 'boolean' || value === ''
    ? value
    : REDACTED
}

class Redaction {
  readonly #above: object[] = []
  #left: number
  readonly #deepest: number

  constructor(deepest: number, values: number) {
    this.#deepest = deepest
    this.#left = values
  }

  of(value: unknown, depth: number, key: string): unknown {
    if (this.#left-- <= 0) return '[more]'
    switch (typeof value) {
      case 'string':
        return MULTILINE.test(key)
          ? redactText(value).split('\n').map(printable).join('\n')
          : printable(redactText(value))
      case 'bigint':
      case 'symbol':
        return String(value)
      case 'function':
        return '[function]'
      case 'object':
        return value === null ? null : this.#object(value, depth)
      default:
        return value
    }
  }

  #object(value: object, depth: number): unknown {
    if (this.#above.includes(value)) return '[circular]'
    if (depth >= this.#deepest) return '[deeper]'
    this.#above.push(value)
    try {
      return this.#shape(value, depth + 1)
    } catch {
      // A proxy or getter that refuses even to be listed.
      return '[unreadable]'
    } finally {
      this.#above.pop()
    }
  }

  #shape(value: object, depth: number): unknown {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`
    if (value instanceof URL || value instanceof URLSearchParams || value instanceof RegExp)
      return this.of(String(value), depth, '')
    if (value instanceof IncomingMessage)
      return this.#entries(
        [
          ['method', value.method],
          ['url', value.url],
          ['headers', value.headers],
        ],
        depth,
      )
    if (value instanceof Error) return this.#error(value, depth)
    if (Array.isArray(value)) return this.#list(value, depth)
    if (value instanceof Set) return this.#list([...value], depth)
    if (value instanceof Map)
      return this.#entries(
        [...value].map(([key, one]) => [String(key), one]),
        depth,
      )
    return this.#members(value, Object.keys(value), depth)
  }

  #error(error: Error, depth: number): unknown {
    const named = ['name', 'message', 'code', 'stack', 'cause', 'errors']
    return this.#members(
      error,
      [...new Set([...named, ...Object.keys(error)])].filter((key) => key in error),
      depth,
    )
  }

  /** Raw headers are a flat list of names and values. */
  #list(list: readonly unknown[], depth: number): unknown[] {
    const copy: unknown[] = []
    for (const [index, one] of list.entries()) {
      if (this.#left <= 0) {
        copy.push(`[${list.length - index} more]`)
        break
      }
      const before = list[index - 1]
      const named = typeof one === 'string' && typeof before === 'string' && isSecretName(before)
      copy.push(named ? REDACTED : this.of(one, depth, ''))
    }
    return copy
  }

  #members(value: object, keys: string[], depth: number): unknown {
    const read = (key: string): unknown => {
      try {
        return (value as Record<string, unknown>)[key]
      } catch {
        return '[unreadable]'
      }
    }
    return this.#entries(
      keys.map((key) => [key, isSecretName(key) ? hidden(read(key)) : read(key)]),
      depth,
    )
  }

  #entries(entries: [string, unknown][], depth: number): Record<string, unknown> {
    const copy: Record<string, unknown> = {}
    for (const [key, one] of entries) {
      if (this.#left <= 0) {
        copy['…'] = '[more]'
        break
      }
      const name = key === '__proto__' ? '[proto]' : printable(redactText(key))
      copy[name] = isSecretName(key) ? hidden(one) : this.of(one, depth, key)
    }
    return copy
  }
}
