import type { IncomingMessage, ServerResponse } from 'node:http'
import { type ContextStore, Entry, entries } from '../core/process/entry.js'
import { list } from '../core/process/patch.js'
import { shared } from '../core/process/store.js'
import { requestSlot } from '../core/slot.js'

/** A request in whose handlers a promise may be forgotten: `.then()` without a catch, and not returned. */
export interface Remembered {
  req?: IncomingMessage
  /** continues after the handler that the request reached last */
  next: ((error: unknown) => void) | null
  res: ServerResponse
  /** the method as it was sent: the app may change it, as method-override does */
  method?: string
  /** called with an error for which no response can be sent any more */
  report(error: unknown): void
}

/** The request that the running code belongs to. */
class RequestStore<Request> implements ContextStore<Request> {
  getStore = () => entries.getStore()?.request as Request | undefined
  run = (request: Request, work: () => unknown) =>
    entries.run(new Entry(entries.getStore()?.who, request), work) as never
}

// Rejections belong to the process; all its wrapped apps share one listener.
const { requests, listener } = shared('forgotten', () => ({
  requests: new RequestStore<Remembered>() as ContextStore<Remembered>,
  listener: { apps: 0, remove: () => {} },
}))

/**
 * Makes an unhandled rejection an error of the request in which its promise was made. Otherwise it would end
 * the process, and with it all requests. @returns undo
 */
export function watchForgotten(): () => void {
  if (listener.apps++ === 0) listener.remove = listen()
  return () => {
    if (--listener.apps === 0) listener.remove()
  }
}

function listen(): () => void {
  process.on('unhandledRejection', onRejection)
  const unlist = list({
    of: "process.on('unhandledRejection')",
    why: 'a promise that a request forgot ends that request, not the process',
  })
  return () => {
    process.off('unhandledRejection', onRejection)
    unlist()
  }
}

const remembered = requestSlot<IncomingMessage, Remembered>()

/** The record of a request from its arrival on; with several wrapped apps, in the one that serves it. */
export const rememberedOf = (req: IncomingMessage) => remembered.get(req)

/** The request that the running code belongs to, from the first handler of the app on, and its answer. */
export const currentRequest = () => requests.getStore()?.req
export const currentAnswer = () => requests.getStore()?.res

export function remember(req: IncomingMessage, request: Remembered): void {
  remembered.set(req, request)
}

/**
 * Runs `work` and attributes the promises it forgets to the request. Old body parsers lose the context, so
 * call this before each handler.
 */
export function remembering(request: Remembered, work: () => void): void {
  if (requests.getStore() === request) work()
  else requests.run(request, work)
}

function onRejection(reason: unknown): void {
  const request = requests.getStore()
  if (request) {
    const { next, res } = request
    const error = reason ?? new Error('rejected without a reason')
    if (next && !res.writableEnded && !res.destroyed) next(error)
    else request.report(error)
  } else if (!hasOwnHandling()) throw reason
}

/** Returns whether the app or its operator handles rejections that happen outside requests. */
function hasOwnHandling(): boolean {
  const flags = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ')
  return process.listenerCount('unhandledRejection') > 1 || flags.includes('--unhandled-rejections')
}
