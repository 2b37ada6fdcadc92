import { type Acting, acting, type UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { dataUserOf, userWithoutLogin } from '../../../core/person-of.js'
import { answerSlot } from '../../../core/slot.js'
import { type Handler, type Incoming, targetOf } from '../../../express/handler.js'
import { sentPath } from '../../../express/path.js'
import { isSwitch } from '../../../express/server-events.js'

interface Writable {
  write(...args: never[]): boolean
  end(...args: never[]): unknown
  destroy(error?: Error): unknown
}

/** The other methods of a response: a header can reveal as much as a body. */
const HEADS = ['setHeader', 'appendHeader', 'writeHead', 'writeEarlyHints'] as const

/**
 * Ensures that an answer is written on behalf of the user it is for. A listener, a callback or a waiting
 * request that another user's request wakes runs as that user: what it reads is theirs, and no query layer
 * can know for whom. Such a write is refused, the connection ends, and the log says where. The same applies
 * to the socket of an upgraded request. The layer runs in front of the app, and again where a route has
 * matched: a compression in between writes as the user who started it.
 */
export function ownAnswers(kit: Kit): Handler {
  return function ownAnswers(req, res, next) {
    const person = kit.userOf(req)
    guard(kit, isSwitch(req) ? req.socket : res, person?.id ?? userWithoutLogin(req), req)
    next()
  }
}

/** The latest guard on an answer. */
const guards = answerSlot<Writable, Writable['write']>()

function guard(kit: Kit, answer: Writable, user: UserId | null, req: Incoming): void {
  const { write, end } = answer
  if (guards.get(answer) === write) return
  // As sent, because the app may change both.
  const { method } = req
  const target = targetOf(req)
  // Where the app keeps its own login, the user is known later than this guard is made.
  const late = kit.config.auth.by === 'app'
  // A request that becomes a user by `asUser` answers itself; the system may write to every user.
  const mayAnswer = (who: Acting | null) =>
    who?.kind !== 'user' ||
    who.request === 'as user' ||
    String(who.id) === String(late ? dataUserOf(kit, req) : user)
  const now = acting()
  const known = mayAnswer(now) ? now : undefined
  const refused = () => {
    const who = acting()
    if (who === known || mayAnswer(who)) return false
    kit.report(
      new Error(
        `the answer to ${method} ${sentPath(target)} was written by another person's request: it was ended. ` +
          'A listener or callback runs as the user who triggers it; bind it where it is made, with bindUser or AsyncResource.bind (docs/how-to/jobs.md)',
      ),
      req,
    )
    answer.destroy()
    return true
  }
  const ownWrite = (...args: Parameters<typeof write>) => (refused() ? false : write.apply(answer, args))
  const ownEnd = (...args: Parameters<typeof end>) => (refused() ? answer : end.apply(answer, args))
  answer.write = ownWrite
  guards.set(answer, answer.write)
  answer.end = ownEnd
  const heads = answer as Writable & Record<string, unknown>
  for (const name of HEADS) {
    const head = heads[name]
    if (typeof head !== 'function') continue
    const ownHead = (...args: unknown[]) => (refused() ? answer : head.apply(answer, args))
    heads[name] = ownHead
  }
}
