import type { Clone } from '../../postgres/throw-away.js'
import { appEnvironment } from '../app/app-environment.js'
import { probeOf } from '../app/coming-up.js'
import { GATE_SECRET } from '../app/gate-secret.js'
import { startTarget } from '../app/target.js'
import { openFence } from '../fence.js'
import type { Route } from '../gate.js'
import type { Project } from '../project.js'
import { runCommand } from '../run/command.js'
import { EPOCH, type Templates } from '../templates.js'
import type { Exchange } from './exchange.js'
import { playAgain } from './play.js'
import { openProxy, type ProxiedRequest } from './recording-proxy.js'
import { markVolatile } from './volatile.js'

/** Where a day is played. */
export interface Stage {
  /** the recording proxy in front of the app */
  url: string
  routes: Route[]
  /** runs one of the app's commands beside it, with BASE_URL set */
  run(command: readonly string[]): Promise<void>
}

/** The owner's day: whatever asks the app what it is to be recorded with. */
export interface Day {
  play(stage: Stage): Promise<void>
  /** the same day, for the second recording; default: it is played as the first time */
  again?(sent: readonly ProxiedRequest[]): Day
  /** of the proxy; default: any that is free */
  port?: number
}

export interface Recording {
  exchanges: Exchange[]
  routes: Route[]
  /** names of headers that look like keys → how many requests were left out for want of their name in `app.headers` */
  unnamed: Map<string, number>
}

/**
 * What `config.app.drive` does.
 * @throws when there is none
 */
export function driven({ config }: Project): Day {
  const { drive } = config.app
  if (!drive)
    throw new Error('config.app.drive is not set: a command that plays the owner’s day against BASE_URL')
  return { play: async ({ run }) => run(drive) }
}

/** Requests that were sent elsewhere, in their order. */
export function played(requests: readonly ProxiedRequest[]): Day {
  return { play: ({ url, routes }) => playAgain(url, requests, routes) }
}

/**
 * Records the owner's day twice, the second time later and on a database that was seeded once more. What
 * differs between the two is marked as volatile: the clock of the database has gone on, and a query without
 * an order gives rows as they happen to lie.
 * @throws when the day fails
 */
export async function recordBaseline(
  project: Project,
  templates: Templates,
  day: Day = driven(project),
): Promise<Exchange[]> {
  return (await recordDay(project, templates, day)).exchanges
}

/** The same, with what else is known of it. */
export async function recordDay(project: Project, templates: Templates, day: Day): Promise<Recording> {
  const { sent, ...first } = await recordOnce(project, templates, await templates.clone(0), day)
  const same = day.again?.(sent) ?? day
  const again = await recordOnce(project, templates, await templates.seededAgain(), same).catch(() => null)
  // A day that hangs on the order of rows is another one: then only what differs on the very same rows is
  // known.
  const isSameDay = again?.exchanges.length === first.exchanges.length
  const second = isSameDay ? again : await recordOnce(project, templates, await templates.clone(0), same)
  return { ...first, exchanges: markVolatile(first.exchanges, second.exchanges) }
}

/**
 * Runs the app as it was before usertwo on a fresh copy of its seeded database, lets the owner's day be played
 * through a recording proxy, and returns what was said.
 * @throws when the day fails
 */
async function recordOnce(
  { folder, config }: Project,
  templates: Templates,
  clone: Clone,
  day: Day,
): Promise<Recording & { sent: ProxiedRequest[] }> {
  const { bare, start, health } = config.app
  const env = appEnvironment(config, clone.url)
  const scratch = await templates.scratch()
  const fence = openFence({ folder, config }, templates.server.folder)
  const target = await startTarget({
    command: scratch.led(bare ?? start),
    cwd: scratch.folder,
    env: { JWT_SECRET: GATE_SECRET, ...scratch.led(env), ENVIRONMENT: 'development', USERTWO_PHASE: '0' },
    orders: { edits: [], epoch: EPOCH, fence: fence.orders(scratch.folder, clone.url) },
    health: probeOf(health, true),
  })
  let proxy: Awaited<ReturnType<typeof openProxy>> | undefined
  try {
    proxy = await openProxy(target, config, day.port)
    const { url, exchanges, sent, unnamed } = proxy
    // Of an app whose Express is not found from its folder they are not known.
    const routes = await target.tell('routes').catch(() => [])
    await day.play({
      url,
      routes,
      run: async (command) => {
        await runCommand(
          scratch.led([...command]),
          scratch.folder,
          { ...scratch.led(env), BASE_URL: url },
          { edits: [], fence: fence.orders(scratch.folder, clone.url, [url]) },
        )
      },
    })
    return { exchanges, sent, unnamed, routes }
  } finally {
    proxy?.close()
    await target.stop()
    await clone.drop()
    fence.remove()
    await scratch.remove()
  }
}
