import type { IncomingMessage } from 'node:http'
import { answer } from '../answer.js'
import { NAMES_HEADER } from '../orders.js'

const read = { query: new Set<string>(), body: new Set<string>(), headers: new Set<string>() }
/** Headers that clients, proxies and logins send by themselves; of these only `accept` chooses an answer. */
const USUAL =
  /^(?:if-|content-|accept-|sec-|x-forwarded-|x-gate-|access-control-|proxy-)|^(?:authorization|connection|cookie|date|dnt|expect|forwarded|host|keep-alive|last-event-id|origin|pragma|cache-control|prefer|purpose|range|referer|referrer|te|trailer|transfer-encoding|upgrade|upgrade-insecure-requests|user-agent|via|x-real-ip|x-request-id|x-requested-with|x-http-method-override|(?:x-)?(?:csrf|xsrf)-token)$/

/** Answers which members of query and body the app has read since the last question. */
export function tellNames(): void {
  answer('namesRead', () => {
    const told = { query: [...read.query], body: [...read.body], headers: [...read.headers] }
    for (const names of Object.values(read)) names.clear()
    return told
  })
}

/**
 * Records what the app reads of a marked request, whatever function reads it: its query and its body note
 * each member that is accessed, its headers those that no client sends by itself. A body that is parsed later is watched too.
 *
 * @param req as the app's router is given it: what handlers in front of its routes read counts too
 */
export function noteNames(req: object): void {
  const { headers } = req as IncomingMessage
  if (headers[NAMES_HEADER] === undefined) return
  delete headers[NAMES_HEADER]
  const watched = new Proxy(headers, {
    get(target, name, receiver) {
      if (typeof name === 'string' && !USUAL.test(name) && !(name in Object.prototype)) read.headers.add(name)
      return Reflect.get(target, name, receiver)
    },
  })
  Object.defineProperty(req, 'headers', {
    configurable: true,
    enumerable: true,
    writable: true,
    value: watched,
  })
  for (const part of ['query', 'body'] as const) {
    let isOwn = Object.hasOwn(req, part)
    let value = isOwn ? (req as Record<string, unknown>)[part] : undefined
    // Express 5 reads the query from the address each time, which a handler may have changed.
    const inherited = () => Reflect.get(Object.getPrototypeOf(req), part, req)
    Object.defineProperty(req, part, {
      configurable: true,
      enumerable: true,
      get: () => noting(isOwn ? value : inherited(), read[part]),
      set: (given) => {
        isOwn = true
        value = given
      },
    })
  }
}

function noting(value: unknown, names: Set<string>): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Buffer.isBuffer(value))
    return value
  const note = (name: string | symbol) => {
    // Members that every object has do not come from the request.
    if (typeof name === 'string' && !(name in Object.prototype) && name !== 'then' && name !== 'toJSON')
      names.add(name)
  }
  return new Proxy(value, {
    get(target, name, receiver) {
      note(name)
      return Reflect.get(target, name, receiver)
    },
    has(target, name) {
      note(name)
      return Reflect.has(target, name)
    },
  })
}
