import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Config } from '../../src/config/config.js'
import { namesRedis } from '../../src/config/server-names.js'
import { privateFolder, serverAccount, temporaryPlace } from '../postgres/embedded/os-user.js'
import { startWatched } from '../postgres/embedded/watchdog.js'
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
export const usesRedis = ({ app }: Pick<Config, 'app'>): boolean => Object.values(app.env).some(namesRedis)

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
    const child = startWatched({ command, args, account, env: { TZ: 'UTC' }, remove: [folder] })
    child.stdin!.on('error', () => {})
    const ended = once(child, 'exit')
    const said: string[] = []
    const ready = new Promise<boolean>((resolve) => {
      createInterface({ input: child.stderr! }).on('line', (line) => {
        said.push(line)
        if (said.length > 20) said.shift()
        if (/ready to accept connections/i.test(line)) resolve(true)
      })
      child.once('exit', () => resolve(false))
    })
    const late = setTimeout(() => child.stdin!.end(), PATIENCE_MS)
    const isReady = await ready
    clearTimeout(late)
    if (isReady) {
      for (const handle of [child, child.stdin, child.stderr])
        (handle as unknown as { unref(): void }).unref()
      const stop = async () => {
        child.ref()
        child.stdin!.end()
        await ended
      }
      return { url: `redis://127.0.0.1:${port}`, stop }
    }
    // Another process may take a free port before the server binds it.
    const isTaken = /already in use/i.test(said.join())
    if (!isTaken || attempt === ATTEMPTS)
      throw new Error(`redis-server did not start on port ${port}: ${said.join(' | ') || 'it said nothing'}`)
  }
}
