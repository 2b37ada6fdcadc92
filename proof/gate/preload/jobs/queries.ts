import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import { forEachCopyOfPg } from '../pg-copies.js'
import type { FramePlace } from '../stack.js'
import { callers, frameAt, fromAppFolder, isAppFrame, isOwn } from './callers.js'
import { inRequest, runsAs } from './context.js'
import { timerOrigin } from './timers.js'

/** A query outside every request. */
export interface SentOutside {
  /** where the app set the timer that led to it; otherwise the first caller: file:line */
  at: string
  /** every file of the app on the stack */
  files: string[]
  text: string
  /** as whom it ran: `user 2`, `the system`; null: without a user */
  who: string | null
  isTimer: boolean
}

/** An app that queries without a pause must not fill its memory. */
const MOST_SENT = 5_000
/** Parts of usertwo that every query of the app passes. */
const LAYERS = /[\\/]phases[\\/]6-isolation[\\/](?:connection|query|drivers)[\\/]/

/** Who called a pool, while it waits for a connection. */
const caller = new AsyncLocalStorage<FramePlace[]>()
/** The queries so far, in order. */
export const sentQueries: SentOutside[] = []

/** What usertwo refused before it was sent: the code, and where the timer was set or the query made; `''`: not known. */
export interface RefusedOutside {
  at: string
  code: string
}

const ABOUT_USERS = /^(?:no_current_user|unclassified_table|table_closed|users_refused|job_without_user)$/
/** The refusals so far. */
export const refusedQueries: RefusedOutside[] = []

/** Keeps the refusals of queries outside every request. An app may swallow the error. */
export function noteRefusals(): void {
  subscribe('usertwo.refused', (code) => {
    if (inRequest() || !ABOUT_USERS.test(String(code)) || refusedQueries.length >= MOST_SENT) return
    const begun = callers().findLast(isAppFrame)
    refusedQueries.push({
      at: timerOrigin.getStore()?.at ?? (begun ? frameAt(begun) : ''),
      code: String(code),
    })
  })
}

/** Keeps the queries that the app sends outside every request. */
export function noteQueries(): void {
  forEachCopyOfPg(({ Client, Pool }) => {
    const { query } = Client?.prototype ?? {}
    if (Client && query)
      Client.prototype.query = function noting(...given: unknown[]) {
        if (!inRequest()) note(given[0])
        return Reflect.apply(query, this, given)
      }
    const { query: byPool } = Pool?.prototype ?? {}
    if (Pool && byPool)
      // A pool sends the query from its queue, where the caller is no longer on the stack.
      Pool.prototype.query = function calling(...given: unknown[]) {
        if (inRequest()) return Reflect.apply(byPool, this, given)
        return caller.run(callers(), () => Reflect.apply(byPool, this, given))
      }
  })
}

function note(query: unknown): void {
  const text = typeof query === 'string' ? query : (query as { text?: unknown } | null)?.text
  if (typeof text !== 'string') return
  const called = [...callers(), ...(caller.getStore() ?? [])]
  const sender = called.find((one) => isAppFrame(one) || (isOwn(one.file) && !LAYERS.test(one.file)))
  // A query of usertwo's own, for the app or not.
  if (sender && isOwn(sender.file)) return
  const frames = called.filter(isAppFrame)
  const set = timerOrigin.getStore()
  const begun = frames.at(-1)
  const at = set?.at ?? (begun && frameAt(begun))
  if (at === undefined || sentQueries.length >= MOST_SENT) return
  const files = [...new Set(frames.map(({ file }) => fromAppFolder(file)))]
  sentQueries.push({ at, files, text, who: runsAs(), isTimer: set !== undefined })
}
