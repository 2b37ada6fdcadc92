import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Counted } from '../../../src/phases/6-isolation/usage/counters.js'
import type { Mounted, NamesRead, Route } from '../gate.js'
import type { SeenOutside } from './outside.js'

/** What the gate may ask of the process it has started. */
export interface LineAnswers {
  /** the app's routes, as it registered them */
  routes: Route[]
  /** addresses to ask, so that routers show that nobody mounts: a function of the app hands requests to them */
  unreached: string[]
  mounts: Mounted[]
  /** whether a knex handle was given to `scope(db)`, and so has the query layer */
  queryLayer: boolean
  /** by which copies of pg the start has tried that a query bound to a user lasts; null: it has not */
  bindingLasts: string[] | null
  /**
   * the statements since the last time, with the rows each returned or changed; null: there is no `pg` to
   * look at
   */
  statements: { text: string; rows: number }[] | null
  /** which members of query and body the app has read of requests with the header for it, since the last time */
  namesRead: NamesRead
  /** what a query that no request sends sees of owned rows, by each copy of pg */
  outside: SeenOutside[]
  /** what the isolation layers did so far */
  counters: Counted[]
  /** whether the process has loaded usertwo, and whether that one has the gate's edits in it */
  toolkit: 'none' | 'edited' | 'partly edited' | 'not edited'
}

const known = new Map<string, () => unknown>()
let line: Socket | null = null

/** Tells the gate, whenever it asks. */
export function answer<Name extends keyof LineAnswers>(
  name: Name,
  now: () => LineAnswers[Name] | Promise<LineAnswers[Name]>,
): void {
  known.set(name, now)
}

/**
 * Connects to the gate at `path`. When that connection ends, so does the process. It is a socket and not
 * Node's own channel, because a program may stand between the two: npm, a loader of TypeScript.
 */
export function joinLine(path: string): void {
  const socket = connect(path)
  // It must not keep an app alive that would otherwise end.
  socket.unref()
  line = socket
  socket.on('error', () => {})
  socket.once('close', () => process.kill(process.pid, 'SIGKILL'))
  const lines = createInterface(socket)
  lines.on('error', () => {})
  lines.on('line', async (name) => {
    const now = known.get(name)
    socket.write(`${JSON.stringify(now ? { [name]: await now() } : { untold: name })}\n`)
  })
}

/** This is the process that serves: the questions are for it. */
export function sayServing(): void {
  line?.write(`${JSON.stringify({ serving: process.pid })}\n`)
}

/** It listens for HTTP, be it on the port it was given or on another. */
export function sayListening(port: number): void {
  line?.write(`${JSON.stringify({ listening: port })}\n`)
}
