import type { IncomingMessage } from 'node:http'
import { answer } from '../answer.js'
import { NAMES_HEADER } from '../orders.js'

const read = { query: new Set<string>(), body: new Set<string>(), headers: new Set<string>() }
/** Headers of a request by which an app may choose its answer, and whose reading is noted. */
const CHOOSING = ['accept']

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
 * each member that is accessed, its headers those by which an answer is chosen. A body that is parsed later is watched too.
 *
 * @param req as the app's router is given it: what handlers in front of its routes read counts too
 */
export function noteNames(req: object): void {
  const { headers } = req as IncomingMessage
  if (headers[NAMES_HEADER] === undefined) return
  delete headers[NAMES_HEADER]
  for (const name of CHOOSING) {
    let value = headers[name]
    Object.defineProperty(headers, name, {
      configurable: true,
      enumerable: value !== undefined,
      get: () => {
        read.headers.add(name)
        return value
      },
      set: (given) => {
        value = given
      },
    })
  }
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
