import type { ServerResponse } from 'node:http'
import { type Acting, actAs, acting, type UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { dataUserOf } from '../../../core/person-of.js'
import { Problem, sendProblem } from '../../../core/problem.js'
import { patch } from '../../../core/process/patch.js'
import { tellRefusal } from '../../../core/process/refusals.js'
import { shared } from '../../../core/process/store.js'
import { answerSlot } from '../../../core/slot.js'
import { type Handler, type Incoming, targetOf } from '../../../express/handler.js'
import { sentPath } from '../../../express/path.js'
import { requestIdOf } from '../../../express/request-id.js'
import { isSwitch } from '../../../express/server-events.js'
import type { ReadFor } from '../connection/read-for.js'
import { clearBodyHeaders } from './forbidden.js'
import { foreignRow } from './foreign-row.js'

type Method = (this: Answer, ...given: unknown[]) => unknown
interface Answer extends ServerResponse {
  locals?: unknown
  app?: { locals?: Record<string, unknown> }
}
type Answering = Record<'json' | 'jsonp' | 'render', Method>

/** The answer to one request, and the user it is for. Shared by copies of this package, as the hooks are. */
class Guarded {
  constructor(
    readonly req: Incoming,
    readonly who: Acting | null,
    readonly kit: Kit,
  ) {}

  /** Whether one of the values contains another user's row; the request is then answered. */
  refuses(res: ServerResponse, values: readonly unknown[]): boolean {
    for (const value of values) {
      const found = foreignRow(value, this.#user)
      if (!found) continue
      this.#tell(found)
      tellRefusal('foreign_row_in_answer')
      // The current context may be the other user's: that is the mix-up.
      actAs(this.who, () => refuse(this.req, res))
      return true
    }
    return false
  }

  /** Where the app keeps its own login, the user is known later than this is made. */
  get #user(): UserId | null {
    return dataUserOf(this.kit, this.req)
  }

  #tell({ user, table }: ReadFor): void {
    const { kit, req } = this
    const { baseUrl = '', method, route } = req
    const path = sentPath(targetOf(req))
    const declared = typeof route?.path === 'string' ? baseUrl + route.path : path
    kit.log.error(
      {
        event: 'isolation.foreign-row',
        requestId: requestIdOf(req),
        route: `${method} ${declared}`,
        path,
        table,
        readFor: user,
        answeredTo: this.#user,
      },
      `the answer to ${method} ${declared} was refused: it holds a row of ${table ?? 'a computed result'} that was read for another user. ` +
        'Requests share a loader, a queue, a cache or a promise (docs/how-to/jobs.md)',
    )
  }
}

const answers = shared('guarded-answers', () => answerSlot<ServerResponse, Guarded>())

/**
 * Refuses an answer with a row that was read for another user. This is a safety net under the query layer and the
 * policies, which both rely on the async context and are wrong together if an app mixes contexts. It uses the user of
 * the response itself. `json`, `jsonp`, `send` of an object and the locals of `render` are searched.
 */
export function ownRows(kit: Kit): Handler | null {
  if (kit.config.dangerouslyAnswerForeignRows) {
    warnOnce(kit)
    return null
  }
  const { hook, undo } = hookedAnswers()
  kit.onDispose(async () => undo())
  return function ownRows(req, res, next) {
    hook(Object.getPrototypeOf(res))
    if (!answers.has(res) && !isSwitch(req)) answers.set(res, new Guarded(req, acting(), kit))
    next()
  }
}

const warned = new WeakSet<Kit>()

function warnOnce(kit: Kit): void {
  if (warned.has(kit)) return
  warned.add(kit)
  kit.log.warn('dangerouslyAnswerForeignRows is set: an answer may hold rows that were read for another user')
}

/** The prototype is that of the app's Express only once a request has reached one of its handlers. */
function hookedAnswers() {
  const known = new WeakSet<object>()
  const steps: (() => void)[] = []
  return {
    hook(prototype: object): void {
      if (known.has(prototype)) return
      known.add(prototype)
      for (const [name, valuesOf] of METHODS) {
        const owner = ownerOf(prototype, name)
        if (!owner) continue
        const why = 'an answer that holds a row which was read for another user is refused'
        steps.push(
          patch(owner, name, guarding(valuesOf), {
            of: `express response.${name}`,
            versions: 'express 4 and 5',
            why,
          }),
        )
      }
    },
    undo() {
      for (const step of steps) step()
    },
  }
}

/** `send` of an object calls `json`. */
const METHODS: [keyof Answering, (res: Answer, given: readonly unknown[]) => readonly unknown[]][] = [
  ['json', (_res, given) => given],
  ['jsonp', (_res, given) => given],
  ['render', ({ app, locals }, [, options]) => [options, locals, withoutSettings(app?.locals)]],
]

const withoutSettings = ({ settings: _, ...locals }: Record<string, unknown> = {}) => locals

function guarding(valuesOf: (res: Answer, given: readonly unknown[]) => readonly unknown[]) {
  return (method: Method): Method =>
    function (this: Answer, ...given) {
      return answers.get(this)?.refuses(this, valuesOf(this, given)) ? this : method.apply(this, given)
    }
}

function ownerOf(prototype: object, name: keyof Answering): Answering | null {
  for (let at: object | null = prototype; at; at = Object.getPrototypeOf(at))
    if (Object.hasOwn(at, name))
      return typeof (at as Answering)[name] === 'function' ? (at as Answering) : null
  return null
}

function refuse(req: Incoming, res: ServerResponse): void {
  // A started answer cannot be withdrawn, and must not look complete.
  if (res.headersSent) return void res.destroy()
  clearBodyHeaders(res)
  sendProblem(req, res, new Problem('foreign_row_in_answer'))
}
