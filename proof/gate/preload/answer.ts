import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { Counted } from '../../../src/phases/6-isolation/usage/counters.js'
import type { Mounted, NamesRead, Route, Statement } from '../gate.js'
import type { JobsSeen } from './jobs/jobs.js'
import type { SeenOutside } from './outside.js'

/** The questions that the gate may ask of the process it has started. */
export interface LineAnswers {
  /** the app's routes, as it registered them */
  routes: Route[]
  /** paths to request, to find routers that are not mounted: a function of the app passes requests to them */
  unreached: string[]
  mounts: Mounted[]
  /** whether `scope(db)` was given a knex handle, which has the query layer */
  queryLayer: boolean
  /** the copies of pg with which the start tested that the binding of a query lasts; null: not tested */
  bindingLasts: string[] | null
  /**
   * the statements since the last question, with the number of rows each returned or changed; null: the app
   * has no `pg` to observe
   */
  statements: Statement[] | null
  /** for how long no statement of the app has come to its end, in ms; null: it has no `pg` to observe */
  quietFor: number | null
  /** the members of query and body that the app has read in marked requests since the last question */
  namesRead: NamesRead
  /** the owned rows that a query outside a request sees, by each copy of pg */
  outside: SeenOutside[]
  /** what the app did outside every request, after its waiting timers were called; it must have been started with `jobs` */
  jobs: JobsSeen
  /** the app's timers of a second and more stand still from now on */
  timersHeld: true
  /** how many timers stood still; each was called once */
  timersCalled: number
  /** what the isolation layers have done so far */
  counters: Counted[]
  /** whether the process has loaded usertwo, and whether that copy has the gate's edits */
  toolkit: 'none' | 'edited' | 'partly edited' | 'not edited'
}

const known = new Map<string, () => unknown>()
let line: Socket | null = null

/** Registers the answer to a question of the gate. */
export function answer<Name extends keyof LineAnswers>(
  name: Name,
  now: () => LineAnswers[Name] | Promise<LineAnswers[Name]>,
): void {
  known.set(name, now)
}

/**
 * Connects to the gate at `path`. The process ends with that connection. It is a socket and not Node's own
 * channel, because another program may sit between the two, such as npm or a TypeScript loader.
 */
export function joinLine(path: string): void {
  const socket = connect(path)
  // The socket must not keep an app alive that would otherwise exit.
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

/** Reports that this process serves the app, and answers the gate's questions. */
export function sayServing(): void {
  line?.write(`${JSON.stringify({ serving: process.pid })}\n`)
}

/** Reports that the process listens for HTTP, on the given port or on another. */
export function sayListening(port: number): void {
  line?.write(`${JSON.stringify({ listening: port })}\n`)
}
