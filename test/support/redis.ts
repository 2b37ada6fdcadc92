import { type ChildProcess, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../proof/postgres/free-port.js'
import { killServer, startedServer } from './server-process.js'

export interface Redis {
  url: string
  /** takes it away at once, as a crash does */
  kill(): Promise<void>
  /** the same address again, with nothing in it */
  startAgain(): Promise<void>
  /** it keeps its connections and answers nothing, until `resume` */
  freeze(): void
  resume(): void
  stop(): Promise<void>
}

/** The binary's version line; null where Redis is not installed. */
export function redisVersion(): string | null {
  const asked = spawnSync('redis-server', ['--version'], { encoding: 'utf8' })
  return asked.status === 0 ? asked.stdout.trim() : null
}

/**
 * Whether tests that need Redis are skipped, with a message; in CI that is an error.
 *
 * @param subject the tests that are left out
 */
export function skipWithoutRedis(subject: string): boolean {
  if (redisVersion()) return false
  if (process.env.CI) throw new Error('Redis is missing: apt-get install redis-server')
  console.warn(`NOT TESTED: ${subject}: Redis is not installed here.`)
  return true
}

/** A Redis of the test's own on a free loopback port, which keeps nothing on disk. */
export async function startRedis(): Promise<Redis> {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-redis-'))
  const port = await freePort()
  let child = await started(port, folder)
  const kill = () => killServer(child)
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    startAgain: async () => {
      child = await started(port, folder)
    },
    freeze: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop: async () => {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function started(port: number, folder: string): Promise<ChildProcess> {
  const options = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: folder, daemonize: 'no' }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  const isReady = (line: string) => /ready to accept connections/i.test(line)
  return startedServer('redis-server', args, { name: 'Redis', output: 'stdout', isReady })
}
