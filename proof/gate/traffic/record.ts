import type { Config } from '../../../src/config/config.js'
import type { Clone } from '../../postgres/throw-away.js'
import { redisFor } from '../../redis/throw-away-redis.js'
import { RECORDED, waiting } from '../accepted.js'
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

/** The place where requests are recorded. */
export interface Stage {
  /** the recording proxy in front of the app */
  url: string
  routes: Route[]
  /** runs one of the app's commands, with BASE_URL set */
  run(command: readonly string[]): Promise<void>
}

/** A script of the owner's requests: whatever sends the app the requests to record. */
export interface Day {
  play(stage: Stage): Promise<void>
  /** the script for the second recording; default: the same as for the first */
  again?(sent: readonly ProxiedRequest[]): Day
  /** the port of the proxy; default: any free port */
  port?: number
}

export interface Recording {
  exchanges: Exchange[]
  routes: Route[]
  /**
   * names of headers that look like keys → the number of requests that lack them because `app.headers` does
   * not name the header
   */
  unnamed: Map<string, number>
}

/**
 * Runs the command `config.app.drive`.
 *
 * @throws if it is not configured
 */
export function driven({ config }: Project): Day {
  const { drive } = config.app
  if (!drive)
    throw new Error('config.app.drive is not set: a command that sends the requests to record to BASE_URL')
  return { play: async ({ run }) => run(drive) }
}

/** Replays requests that were recorded elsewhere, in order. */
export function played(requests: readonly ProxiedRequest[], config: Config): Day {
  return { play: ({ url, routes }) => playAgain(url, requests, routes, config) }
}

/**
 * Records the owner's requests twice, the second time later and on a database that was seeded once more.
 * Differences between the two are marked as volatile: the database's clock has moved on, and a query without
 * an order returns rows in any order.
 *
 * @throws if a request or the command fails
 */
export async function recordBaseline(
  project: Project,
  templates: Templates,
  day: Day = driven(project),
): Promise<Exchange[]> {
  return (await recordDay(project, templates, day)).exchanges
}

/** Records as `recordBaseline` does, and returns what else is known of the recording. */
export async function recordDay(project: Project, templates: Templates, day: Day): Promise<Recording> {
  const { sent, ...first } = await recordOnce(project, templates, await templates.clone(0), day)
  const same = day.again?.(sent) ?? day
  const again = await recordOnce(project, templates, await templates.seededAgain(), same).catch(() => null)
  // A recording that depends on the order of rows has another length. Then only differences on the very same
  // rows are known.
  const isSameDay = again?.exchanges.length === first.exchanges.length
  const second = isSameDay ? again : await recordOnce(project, templates, await templates.clone(0), same)
  return { ...first, exchanges: markVolatile(first.exchanges, second.exchanges) }
}

/**
 * Runs the app as it was before usertwo on a fresh copy of its seeded database, sends it the owner's requests
 * through a recording proxy, and returns what was recorded.
 *
 * @throws if a request or the command fails
 */
async function recordOnce(
  { folder, config }: Project,
  templates: Templates,
  clone: Clone,
  day: Day,
): Promise<Recording & { sent: ProxiedRequest[] }> {
  const { bare, start, health } = config.app
  const redis = await redisFor(config)
  const env = appEnvironment(config, clone.url, redis?.url)
  const scratch = await templates.scratch()
  const fence = openFence({ folder, config }, templates.server.folder, redis)
  const started = await startTarget({
    command: scratch.led(bare ?? start),
    cwd: scratch.folder,
    env: { JWT_SECRET: GATE_SECRET, ...scratch.led(env), ENVIRONMENT: 'development', USERTWO_PHASE: '0' },
    orders: { edits: [], epoch: EPOCH, fence: fence.orders(scratch.folder, clone.url) },
    health: probeOf(health, true),
  })
  const target = waiting(started, RECORDED)
  let proxy: Awaited<ReturnType<typeof openProxy>> | undefined
  try {
    proxy = await openProxy(target, config, day.port)
    const { url, exchanges, sent, unnamed } = proxy
    // The routes are unknown if Express cannot be found from the app's folder.
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
    await redis?.stop()
  }
}
