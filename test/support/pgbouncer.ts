import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../proof/postgres/free-port.js'
import { killServer, startedServer } from './server-process.js'

export interface PgBouncer {
  /** The same database and login, through the bouncer. */
  url: string
  stop(): Promise<void>
}

/** The binary's version line; null where PgBouncer is not installed. */
export function pgbouncerVersion(): string | null {
  const asked = spawnSync('pgbouncer', ['--version'], { encoding: 'utf8', env: withSbin() })
  return asked.status === 0 ? (asked.stdout.split('\n')[0] ?? '') : null
}

/**
 * PgBouncer in transaction mode on a free loopback port, with two server connections to the url's database.
 * @param more further lines of its settings
 */
export async function startPgBouncer(url: string, more = ''): Promise<PgBouncer> {
  const server = new URL(url)
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-pgbouncer-'))
  chmodSync(folder, 0o755) // as root it changes to another account
  const port = await freePort()
  const users = join(folder, 'users.txt')
  const ini = join(folder, 'pgbouncer.ini')
  writeFileSync(users, `"${server.username}" "${server.password}"\n`)
  writeFileSync(
    ini,
    `[databases]
* = host=${server.hostname} port=${server.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = plain
auth_file = ${users}
pool_mode = transaction
default_pool_size = 2
${more}
`,
  )
  const args = process.getuid?.() === 0 ? ['-u', 'nobody', ini] : [ini]
  const removed = () => rmSync(folder, { recursive: true, force: true })
  const child = await startedServer('pgbouncer', args, {
    name: 'PgBouncer',
    output: 'stderr',
    isReady: (line) => line.includes('process up'),
    env: withSbin(),
  }).catch((error) => {
    removed()
    throw error
  })
  const stop = async () => {
    await killServer(child)
    removed()
  }
  const through = new URL(server)
  through.port = String(port)
  through.hostname = '127.0.0.1'
  return { url: through.href, stop }
}

/** Debian puts it where an ordinary account does not look. */
function withSbin(): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin` }
}
