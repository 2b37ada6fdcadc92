import type { ServerResponse } from 'node:http'
import { type Acting, actAs } from '../../../core/context.js'
import { Problem, problemText } from '../../../core/problem.js'
import type { Explained } from './forbidden-page.js'

/** SQLSTATE of a write that names rows of others, who alone may change them; a class that PostgreSQL leaves to others. */
export const FORBIDDEN = 'UT403'

const BODY = problemText(
  new Problem('forbidden', 'This belongs to somebody else: it can be read, and changed by its owner only.'),
)
const OF_PROBLEM = { 'Content-Type': 'application/problem+json; charset=utf-8' }
/** What the app has said of an answer that it will not give. */
const OF_BODY =
  /^(content-(?!security)[\w-]+|etag|last-modified|location|accept-ranges|transfer-encoding|trailer)$/

/** Removes what the app has said of a body that is not sent. */
export function clearBodyHeaders(res: ServerResponse): void {
  for (const name of res.getHeaderNames()) if (OF_BODY.test(name)) res.removeHeader(name)
}

/** Errors of requests that were answered so. */
const told = new WeakSet<object>()

/**
 * A write of what somebody else owns and everybody reads has failed with `error`: the request that asked for it is
 * answered 403 at this moment. What the handler makes of the error is its own business, and changes the answer no more.
 */
export function forbid(who: Acting | null, error: object): void {
  if (who?.kind !== 'user' || !who.forbid) return
  // An error of the database comes in the context of whoever opened the connection.
  actAs(who, who.forbid)
  told.add(error)
}

/**
 * What answers a request 403, unless it is answered already.
 * @param explain a page for whoever sees the answer; default, and null: it is for a program
 */
export function forbidding(res: ServerResponse, explain?: () => Explained | null): () => void {
  let given = false
  return () => {
    if (given || res.headersSent) return
    given = true
    clearBodyHeaders(res)
    res.statusCode = 403
    res.statusMessage = ''
    const { headers, text } = explain?.() ?? { headers: OF_PROBLEM, text: BODY }
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
    res.setHeader('Cache-Control', 'no-store')
    res.setHeader('Content-Length', Buffer.byteLength(text))
    res.end(text)
    silence(res)
  }
}

/**
 * From here on the handler speaks to nobody. What it says must not fail either: an error in it would end the connection,
 * or the process, before the answer has left. The head may be written later, by a session that is saved first.
 */
function silence(res: ServerResponse): void {
  const { writeHead, setHeader, appendHeader, removeHeader } = res
  let writing = false
  const whileWriting =
    <Given extends unknown[]>(method: (...given: Given) => unknown) =>
    (...given: Given) =>
      writing ? Reflect.apply(method, res, given) : res
  const swallow =
    (answer: unknown) =>
    (...given: unknown[]) => {
      const done = given.find((one) => typeof one === 'function')
      if (done) queueMicrotask(done as () => void)
      return answer
    }
  Object.assign(res, {
    setHeader: whileWriting(setHeader),
    appendHeader: whileWriting(appendHeader),
    removeHeader: whileWriting(removeHeader),
    flushHeaders: swallow(undefined),
    write: swallow(true),
    end: swallow(res),
    writeHead() {
      if (writing || (res as { _header?: unknown })._header) return res
      writing = true
      try {
        return writeHead.call(res, 403)
      } finally {
        writing = false
      }
    },
  })
  const always = (value: unknown) => ({ get: () => value, set() {}, configurable: true })
  Object.defineProperties(res, { statusCode: always(403), headersSent: always(false) })
}

/** Whether this is such an error of a request, or what a library has made of it: no fault of the app's. */
export function wasForbidden(reason: unknown): boolean {
  if (typeof reason !== 'object' || reason === null) return false
  const { cause, original, driverError } = reason as Record<string, unknown>
  return [reason, cause, original, driverError].some((one) => told.has(one as object))
}
