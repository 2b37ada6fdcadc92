// One app as two versions of usertwo serve it, on one database, behind one balancer.
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Balancer, balancer } from '../../../lab/rehearsal/balancer.js'
import { freePort } from '../../../proof/postgres/free-port.js'
import type { Clone } from '../../../proof/postgres/throw-away.js'

export type Version = 'older' | 'newer'

export interface Served {
  version: Version
  url: string
  /** sends SIGTERM. @throws if it does not end with 0 */
  end(): Promise<void>
  kill(): void
}

export interface Deployment {
  url: string
  /** those that get requests */
  replicas: Served[]
  /** runs `usertwo` of a version to its end. @throws with what it printed */
  usertwo(version: Version, ...args: string[]): Promise<string>
  /** runs a program of the app's folder */
  node(version: Version, ...args: string[]): Promise<string>
  /** replaces the replica at this place: the fresh one takes requests before the one there is ended */
  replace(at: number, version: Version): Promise<void>
  stop(): Promise<void>
}

export const CLAIM_CODE = 'F9KQ-22MX-PP'
export const ORIGIN = 'https://todos.example.com'
const START_MS = 60_000
const END_MS = 30_000

/** @param folders of the app, with the package of each version installed */
export async function deployment(
  folders: Record<Version, string>,
  { url: database, adminUrl }: Pick<Clone, 'url' | 'adminUrl'>,
  more: Record<string, string>,
): Promise<Deployment> {
  const { PATH = '', HOME = '' } = process.env
  const env = {
    PATH,
    HOME,
    NO_COLOR: '1',
    ENVIRONMENT: 'production',
    DATABASE_URL: database,
    HOST: '127.0.0.1',
    USERTWO_PHASE: '8',
    JWT_SECRET: 'c4NdJp6GuEa1k3Vw9qTz7LmX2bRf8HsY',
    USERTWO_CLAIM_CODE: CLAIM_CODE,
    CORS_ORIGINS: ORIGIN,
    REGISTRATION: 'invite',
    TRUST_PROXY: '1',
    USERTWO_STOP_DELAY: '1',
    ...more,
  }
  const front: Balancer = await balancer()
  const running = new Set<Served>()
  const replicas: Served[] = []
  const node = (version: Version, ...args: string[]) =>
    new Promise<string>((done, failed) => {
      execFile(process.execPath, args, { cwd: folders[version], env }, (error, stdout, stderr) =>
        error ? failed(new Error(`${version}: ${args.join(' ')}: ${stdout}${stderr}`)) : done(stdout),
      )
    })
  return {
    url: front.at,
    replicas,
    node,
    usertwo: (version, ...args) => {
      const admin = args[0] === 'migrate' ? ['--admin', adminUrl] : []
      return node(version, programOf(folders[version]), ...args, ...admin, '--allow-remote')
    },
    async replace(at, version) {
      const fresh = await serve(version, folders[version], env)
      running.add(fresh)
      front.add(fresh.url)
      const old = replicas[at]
      replicas[at] = fresh
      if (!old) return
      await old.end()
      running.delete(old)
      await front.remove(old.url)
    },
    async stop() {
      for (const replica of running) replica.kill()
      await front.stop()
    },
  }
}

/** The file of the command, below the app's folder. */
function programOf(folder: string): string {
  const manifest = readFileSync(join(folder, 'node_modules/usertwo/package.json'), 'utf8')
  const { bin } = JSON.parse(manifest) as { bin: { usertwo: string } }
  return join('node_modules/usertwo', bin.usertwo)
}

async function serve(version: Version, cwd: string, env: Record<string, string>): Promise<Served> {
  const port = await freePort()
  const child = spawn(process.execPath, ['server.hardened.js'], {
    cwd,
    env: { ...env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
  const ended = once(child, 'exit').then(([code, signal]) => (signal ?? code) as string | number)
  const kill = () => void child.kill('SIGKILL')
  const failed = (what: string) => new Error(`the ${version} replica ${what}:\n${said.slice(-3000)}`)
  const replica: Served = {
    version,
    url: `http://127.0.0.1:${port}`,
    kill,
    async end() {
      child.kill('SIGTERM')
      const how = await Promise.race([ended, sleep(END_MS, null, { ref: false })])
      if (how === 0) return
      kill()
      throw failed(how === null ? 'still ran after SIGTERM' : `ended with ${how} after SIGTERM`)
    },
  }
  const over = performance.now() + START_MS
  for (;;) {
    const status = await fetch(`${replica.url}/ready`).then(
      (answer) => answer.status,
      () => 0,
    )
    if (status === 200) return replica
    const how = await Promise.race([ended, sleep(50, null)])
    if (how !== null) throw failed(`ended with ${how} before it took requests`)
    if (performance.now() > over) {
      kill()
      throw failed('was not ready')
    }
  }
}
