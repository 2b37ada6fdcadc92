import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config, ConfigInput } from '../../src/config/config.js'
import { namesRedis } from '../../src/config/server-names.js'
import { privateFolder, serverAccount, temporaryPlace } from '../postgres/embedded/os-user.js'
import { startWatched, type WatchedServer } from '../postgres/embedded/watchdog.js'
import { freePort } from '../postgres/free-port.js'
import { redisProgram } from './redis-program.js'

/** An empty Redis on 127.0.0.1 that keeps nothing. */
export interface ThrowAwayRedis {
  url: string
  stop(): Promise<void>
}

const ATTEMPTS = 5
/** Milliseconds. */
const PATIENCE_MS = 30_000

/** Whether the app is given a Redis: a value of `app.env` names it. */
export const usesRedis = ({ app }: { app: Partial<ConfigInput['app']> }): boolean =>
  Object.values(app.env ?? {}).some(namesRedis)

/**
 * Starts a Redis for an app that is given one; null: it is not.
 *
 * @throws ServerMissing if no redis-server is installed
 */
export const redisFor = async (config: Pick<Config, 'app'>): Promise<ThrowAwayRedis | null> =>
  usesRedis(config) ? startThrowAwayRedis() : null

/**
 * Starts a Redis on a free port of 127.0.0.1. It ends with `stop()`, and also when this process ends in any other way,
 * including kill -9. It does not keep this process alive.
 *
 * @throws ServerMissing if no redis-server is installed
 */
export async function startThrowAwayRedis(): Promise<ThrowAwayRedis> {
  const command = redisProgram()
  const account = serverAccount()
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    const folder = mkdtempSync(join(temporaryPlace(account), 'usertwo-redis-'))
    privateFolder(folder, account)
    const options = { port, bind: '127.0.0.1', save: '', appendonly: 'no', daemonize: 'no', dir: folder }
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
    const server = startWatched({ command, args, account, env: { TZ: 'UTC' }, remove: [folder] })
    if (await isReady(server)) {
      server.release()
      return { url: `redis://127.0.0.1:${port}`, stop: server.stop }
    }
    server.end()
    const said = server.said.join(' | ')
    // Another process may take a free port before the server binds it.
    if (attempt === ATTEMPTS || !/already in use/i.test(said))
      throw new Error(`redis-server did not start on port ${port}: ${said || 'it said nothing'}`)
  }
}

/** Returns whether the server accepts connections; false: it ended, or took too long. */
async function isReady({ said, hasEnded }: WatchedServer): Promise<boolean> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until && !hasEnded(); await sleep(15))
    if (said.some((line) => /ready to accept connections/i.test(line))) return true
  return false
}
