import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { SEEING_ALL } from '../../proof/backup/seeing-all.js'
import { withStartupOptions } from '../../src/database/startup-options.js'
import { UsageError } from '../usage-error.js'

/** pg_dump or pg_restore of this machine. */
export interface Program {
  name: 'pg_dump' | 'pg_restore'
  command: string
  version: string
  major: number
}

/**
 * Finds a program of PostgreSQL's client package.
 * @param folder where it is; default: the PATH
 * @throws UsageError that says how to install it
 */
export function findProgram(name: Program['name'], folder?: string): Program {
  const command = folder === undefined ? name : join(folder, name)
  const { stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' })
  const version = /(\d+)(?:\.\d+|devel|beta\d+|rc\d+)?/.exec(stdout ?? '')
  if (version) return { name, command, version: version[0], major: Number(version[1]) }
  throw new UsageError(
    `${name} was not found ${folder === undefined ? 'on the PATH' : `in ${folder}`}: install PostgreSQL's client programs (Debian and Ubuntu: apt-get install postgresql-client; macOS: brew install libpq), or name their folder with --bin`,
  )
}

/** @throws UsageError when the program is older than the server or dump it has to read */
export function refuseOlder({ name, version, major }: Program, than: number, what: string): void {
  if (major >= than) return
  throw new UsageError(
    `${name} ${version} is older than ${what}, PostgreSQL ${than}: install postgresql-client-${than} or later, and name its folder with --bin`,
  )
}

/** Parameters of a URL that libpq knows too; others (`pgbouncer`, `pool_timeout`) are an app's, and libpq refuses them. */
const LIBPQ = new Set(
  'host port sslmode sslcert sslkey sslrootcert sslcrl sslnegotiation connect_timeout options channel_binding target_session_attrs gssencmode'.split(
    ' ',
  ),
)

/** A URL as libpq reads it, and its password apart: what a program is called with, every user of the machine sees. */
function forLibpq(url: string): { dbname: string; password: string | undefined } {
  const given = new URL(withStartupOptions(url, SEEING_ALL))
  const password = given.searchParams.get('password') ?? decodeURIComponent(given.password)
  const ssl = given.searchParams.get('ssl')
  const mode = given.searchParams.get('sslmode') ?? (ssl && /^(?:true|1)$/.test(ssl) ? 'require' : null)
  for (const name of [...given.searchParams.keys()]) if (!LIBPQ.has(name)) given.searchParams.delete(name)
  // pg's no-verify means "encrypted, without checking the certificate", which libpq calls require.
  if (mode) given.searchParams.set('sslmode', mode === 'no-verify' ? 'require' : mode)
  given.password = ''
  // libpq reads %20, and takes a plus sign for itself.
  return { dbname: given.href.replaceAll('+', '%20'), password: password || undefined }
}

/**
 * Runs a program on a database, past row security as the system.
 * @throws Error with the program's own last words when it fails
 */
export async function runProgram(program: Program, url: string, args: readonly string[]): Promise<string> {
  const { dbname, password } = forLibpq(url)
  const env = { ...(password && { PGPASSWORD: password }), PGAPPNAME: 'usertwo backup' }
  return ran(program, ['--no-password', `--dbname=${dbname}`, ...args], env)
}

/** The table of contents of a dump. */
export const contentsOf = (program: Program, file: string): Promise<string> => ran(program, ['--list', file])

async function ran({ name, command }: Program, args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  const printed = Promise.all([text(child.stdout), text(child.stderr)])
  const [code, signal] = await once(child, 'close')
  const [stdout, stderr] = await printed
  if (code === 0) return stdout
  throw new Error(`${name} ended with ${signal ?? code}: ${stderr.trim().split('\n').slice(-6).join('\n')}`)
}
