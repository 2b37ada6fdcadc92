import type { ServerResponse } from 'node:http'
import { type Acting, actAs } from '../../../core/context.js'
import { Problem, problems, problemText } from '../../../core/problem.js'
import { varyBy } from '../../2-hardening/answers/own-headers.js'
import type { Explained } from './forbidden-page.js'

/** The SQLSTATE of a write that names other users' rows, in a class reserved for users. */
export const FORBIDDEN = 'UT403'

/** Why the database refused a request: it named another user's row, or a value that another user has. */
export type Refused = 'forbidden' | 'taken'

const BODIES: Record<Refused, string> = {
  forbidden: problemText(
    new Problem('forbidden', 'This belongs to another user: it can be read, and changed by its owner only.'),
  ),
  taken: problemText(new Problem('taken')),
}
const OF_PROBLEM = { 'Content-Type': 'application/problem+json; charset=utf-8' }
/** Headers that the app has set for a body that will not be sent. */
const OF_BODY =
  /^(content-(?!security)[\w-]+|etag|last-modified|location|accept-ranges|transfer-encoding|trailer)$/

/** Removes the headers that the app has set for a body that is not sent. */
export function clearBodyHeaders(res: ServerResponse): void {
  for (const name of res.getHeaderNames()) if (OF_BODY.test(name)) res.removeHeader(name)
}

/** Errors of requests that were answered this way. */
const told = new WeakSet<object>()

/**
 * Answers the current request, because its write failed with `error`: of another user's readable row with 403, of a value
 * that another user has with 409. The handler may treat the error as it likes; that no longer changes the answer.
 */
export function forbid(who: Acting | null, error: object, code: Refused = 'forbidden'): void {
  if (who?.kind !== 'user') return
  const { forbid } = who
  if (!forbid) return
  // An error of the database arrives in the context that opened the connection.
  actAs(who, () => forbid(code))
  told.add(error)
}

/**
 * Returns a function that answers a request with 403 or 409, unless it is already answered.
 * @param explain a page for an answer that is shown in a browser; default, and null: a problem for a program
 */
export function forbidding(
  res: ServerResponse,
  explain?: (code: Refused) => Explained | null,
): (code?: Refused) => void {
  let given = false
  return (code = 'forbidden') => {
    if (given || res.headersSent) return
    given = true
    clearBodyHeaders(res)
    const { status } = problems[code]
    res.statusCode = status
    res.statusMessage = ''
    const { headers, text }: Explained = explain?.(code) ?? { headers: OF_PROBLEM, text: BODIES[code] }
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value)
    if (headers['Content-Language']) varyBy(res, 'Accept-Language')
    res.setHeader('Cache-Control', 'no-store')
    res.setHeader('Content-Length', Buffer.byteLength(text))
    res.end(text)
    silence(res, status)
  }
}

/**
 * Ignores what the handler writes from now on. Its calls must not fail either: an error in one would end the connection, or
 * the process, before the answer has left. The head may be written later, by a session that is saved first.
 */
function silence(res: ServerResponse, status: number): void {
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
        return writeHead.call(res, status)
      } finally {
        writing = false
      }
    },
  })
  const always = (value: unknown) => ({ get: () => value, set() {}, configurable: true })
  Object.defineProperties(res, { statusCode: always(status), headersSent: always(false) })
}

/** Whether this is the error of a forbidden write, or a library's wrapper of one: not a fault of the app. */
export function wasForbidden(reason: unknown): boolean {
  if (typeof reason !== 'object' || reason === null) return false
  const { cause, original, driverError } = reason as Record<string, unknown>
  return [reason, cause, original, driverError].some((one) => told.has(one as object))
}
