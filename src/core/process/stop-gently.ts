import type { Server } from 'node:http'
import { Server as NetServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Stopping } from './stop.js'

/** How long closing pools may take once the servers are closed. ms */
const CLOSING_MS = 2_000
const POLL_MS = 50
/** A proxy may just be sending by a connection that it kept: such a one is closed a second later than the server. ms */
const KEPT_MS = 1_000

/**
 * Serves on for a while, closes the servers when their requests are done, then the app's handles and what the layers opened.
 * @param handles of the app's databases
 */
export async function stopGently(
  all: readonly Stopping[],
  servers: readonly Server[],
  handles: readonly object[],
): Promise<void> {
  const [first] = all
  const delay = Math.max(0, ...all.map((one) => one.delay))
  const limit = Math.max(...all.map((one) => one.limit))
  const latest = performance.now() + limit * 1_000
  first?.say(
    `SIGTERM: GET /ready answers 503; the server closes in ${delay} s, the process ends within ${limit} s`,
  )
  await sleep(delay * 1_000)
  const left = await closed(servers, latest, delay > 0 ? KEPT_MS : 0)
  if (left > 0) first?.say(`SIGTERM: ${left} connections were cut off after ${limit} s`)
  await Promise.race([close(all, handles), sleep(CLOSING_MS)])
}

/**
 * Closes the servers: no new connection at once, those that are idle after `kept` ms.
 * @returns how many connections were left at the end of the time
 */
async function closed(servers: readonly Server[], latest: number, kept: number): Promise<number> {
  let open = servers.length
  const until = performance.now() + kept
  // That of HTTP closes idle connections at once.
  for (const server of servers) NetServer.prototype.close.call(server, () => open--)
  while (open > 0 && performance.now() < latest) {
    if (performance.now() >= until) for (const server of servers) server.closeIdleConnections?.()
    await sleep(POLL_MS)
  }
  if (open === 0) return 0
  const counts = await Promise.all(servers.map(connectionsOf))
  return counts.reduce((sum, count) => sum + count, 0)
}

const connectionsOf = (server: Server) =>
  new Promise<number>((done) => server.getConnections((_error, count = 0) => done(count)))

async function close(all: readonly Stopping[], handles: readonly object[]): Promise<void> {
  await Promise.allSettled([...handles.map(closeHandle), ...all.map(({ dispose }) => dispose())])
}

/** As its library closes it: Prisma, knex and TypeORM, Sequelize, pg. */
async function closeHandle(handle: object): Promise<void> {
  for (const name of ['$disconnect', 'destroy', 'close', 'end']) {
    const method: unknown = Reflect.get(handle, name)
    if (typeof method === 'function') return void (await method.call(handle))
  }
}
