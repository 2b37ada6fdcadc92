import type { ServerResponse } from 'node:http'
import type { Config } from '../../../config/config.js'
import type { Incoming } from '../../../express/handler.js'
import { ownHeaders } from '../../2-hardening/answers/own-headers.js'

/** `unknown`: the app failed, or refused the attempt for another reason. */
export type LoginOutcome = 'right' | 'wrong' | 'unknown'

interface Told {
  /** before the head of the answer is written */
  now(outcome: LoginOutcome): void
  /** where `auth.user` answers by a promise */
  later(outcome: LoginOutcome): void
}

interface Session extends Incoming {
  session?: unknown
  sessionID?: unknown
}

/** What is known of a login before the app has handled it, and of its answer. */
interface Attempted {
  /** of `auth.user` in front of the route */
  userBefore: unknown
  sessionBefore: unknown
  /** the object that `res.json` was given */
  body: unknown
}

/**
 * Finds out whether the app's own login route has logged the client in: by the token in its answer, or else by what
 * `auth.user` says of the request after it. An app without a session on the request is believed by its cookie.
 */
export function watchLogin({
  auth,
}: Config): (req: Session, res: ServerResponse, told: Told) => Promise<void> {
  const { login } = auth
  const userOf = async (req: Session): Promise<unknown> => {
    try {
      return (await auth.user!(req as never)) ?? null
    } catch {
      return null
    }
  }

  function outcomeOf(req: Session, res: ServerResponse, at: Attempted, user: unknown): LoginOutcome {
    const { statusCode } = res
    if (statusCode >= 500 || statusCode === 429) return 'unknown'
    if (login!.token) return tokenAt(at.body, login!.token) ? 'right' : 'wrong'
    if (user !== null)
      return String(user) !== String(at.userBefore) || req.sessionID !== at.sessionBefore ? 'right' : 'wrong'
    const withoutSession = req.session === undefined || req.session === null
    return withoutSession && statusCode < 400 && setsCookie(res) ? 'right' : 'wrong'
  }

  return async (req, res, told) => {
    const at: Attempted = { userBefore: await userOf(req), sessionBefore: req.sessionID, body: undefined }
    if (login!.token) rememberBody(res, at)
    ownHeaders(res, () => {
      let user: unknown = null
      try {
        user = auth.user!(req as never) ?? null
      } catch {
        // In front of its own middleware `auth.user` may fail: there is no user yet.
      }
      if (!isPromise(user)) return told.now(outcomeOf(req, res, at, user))
      user.then(
        (found) => told.later(outcomeOf(req, res, at, found ?? null)),
        () => told.later(outcomeOf(req, res, at, null)),
      )
    })
  }
}

function rememberBody(res: ServerResponse, at: Attempted): void {
  const answer = res as ServerResponse & { json?: (body: unknown) => unknown }
  const { json } = answer
  if (!json) return
  const rememberingJson = (body: unknown) => {
    at.body = body
    return Reflect.apply(json, res, [body])
  }
  answer.json = rememberingJson
}

/** @param path the fields that lead to the token: `data.accessToken` */
function tokenAt(body: unknown, path: string): boolean {
  let found = body
  for (const field of path.split('.')) found = (found as Record<string, unknown> | null | undefined)?.[field]
  return typeof found === 'string' && found !== ''
}

/** Whether an answer sets a cookie to a value, and does not only clear one. */
function setsCookie(res: ServerResponse): boolean {
  const lines = [res.getHeader('set-cookie') ?? []].flat().map(String)
  return lines.some(
    (line) => /^[^=;]+=[^;\s]/.test(line) && !/;\s*(?:max-age=0|expires=thu, 01 jan 1970)/i.test(line),
  )
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as Partial<Promise<unknown>> | null)?.then === 'function'
