import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { Config } from '../../src/core/config.js'
import { type Embedded, startEmbedded } from '../../src/database/embedded.js'
import type { Target } from '../../src/gate/gate.js'
import { built } from './built.js'

/** The example app, whose server runs as a child process. */
export const COMIC_PILE = fileURLToPath(new URL('../../examples/comic-pile', import.meta.url))

/** Who comic-pile connects as. */
export type Login = 'plain login' | 'table owner' | 'doctored superuser' | 'superuser'

export interface StartOptions {
  dial: number
  /** the app as it was, with usertwo gone from its code */
  bare?: boolean
  env?: Record<string, string>
}

/** comic-pile over one data directory, on a real PostgreSQL that can be stopped and started. */
export interface KeptPile {
  config: Config
  claimCode: string
  /** the app's own URL, of the server as it runs now */
  url(): string
  start(options: StartOptions): Promise<Target>
  /** usertwo's schema, as far as a phase needs it */
  migrate(phase: number): Promise<void>
  /** stops PostgreSQL and starts it again on the same data */
  restartDatabase(): Promise<void>
  /** as superuser: what is really stored */
  sql<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>
  close(): Promise<void>
}

// No GO of the isolation gate is recorded in a test: the second person registers as in the gate.
const OPEN_REGISTRATION = {
  file: 'dist/gate/record.js',
  find: 'export function recordProblem(record, phase, now) {',
  replace: 'export function recordProblem(record, phase, now) { return null;',
}
const PASSWORD = 'for-this-test-only'
const LOGINS: Record<Login, string> = {
  'plain login': 'pile_app',
  'table owner': 'pile_owner',
  'doctored superuser': 'pile_boss',
  superuser: 'pile_boss',
}

export async function keptPile(login: Login): Promise<KeptPile> {
  const { loadProject } = await built<typeof import('../../src/gate/project.js')>('gate/project.js')
  const { runCommand } = await built<typeof import('../../src/gate/command.js')>('gate/command.js')
  const { startTarget } = await built<typeof import('../../src/gate/target.js')>('gate/target.js')
  const { migrateTo } = await built<typeof import('../../src/migrate.js')>('migrate.js')
  const { EPOCH } = await built<typeof import('../../src/gate/templates.js')>('gate/templates.js')
  const { config } = await loadProject(COMIC_PILE)

  const folder = await mkdtemp(join(tmpdir(), 'usertwo-pile-'))
  await chmod(folder, 0o755) // as root the server runs as another user
  let server: Embedded = await startEmbedded({ dataDir: join(folder, 'pg'), persistent: true })
  const running = new Set<Target>()
  const claimCode = randomBytes(6).toString('hex').toUpperCase()
  const jwtSecret = randomBytes(32).toString('hex')
  const as = (user?: string) => {
    const url = new URL(server.url)
    url.pathname = '/pile'
    if (user) [url.username, url.password] = [user, PASSWORD]
    return url.href
  }
  const sql = async <Row>(text: string, values: unknown[] = [], url = as()) => {
    const client = new pg.Client(url)
    await client.connect()
    try {
      return (await client.query(text, values)).rows as Row[]
    } finally {
      await client.end()
    }
  }

  for (const text of [
    `create role pile_owner login password '${PASSWORD}'`,
    `create role pile_app login password '${PASSWORD}'`,
    `create role pile_boss login superuser password '${PASSWORD}'`,
    'create database pile owner pile_owner template template0',
  ])
    await sql(text, [], server.url)
  const orders = { edits: [], epoch: EPOCH, still: true }
  const env = { ...config.app.env, ENVIRONMENT: 'development', DATABASE_URL: as('pile_owner') }
  for (const command of [config.app.migrate, config.app.seed])
    if (command) await runCommand(command, COMIC_PILE, env, orders)
  if (login === 'plain login')
    await sql(`grant select, insert, update, delete on all tables in schema public to pile_app;
      grant usage on all sequences in schema public to pile_app`)
  if (login === 'doctored superuser') await sql('alter role pile_boss in database pile set role = pile_owner')

  return {
    config,
    claimCode,
    url: () => as(LOGINS[login]),
    sql: (text, values) => sql(text, values),
    async start({ dial, bare = false, env = {} }) {
      const target = await startTarget({
        command: bare ? config.app.bare! : config.app.start,
        cwd: COMIC_PILE,
        env: {
          ...config.app.env,
          ENVIRONMENT: 'development',
          REGISTRATION: 'open',
          JWT_SECRET: jwtSecret,
          USERTWO_CLAIM_CODE: claimCode,
          DATABASE_URL: as(LOGINS[login]),
          ...(!bare && { USERTWO_PHASE: String(dial) }),
          ...env,
        },
        orders: { edits: bare || dial < 4 ? [] : [OPEN_REGISTRATION], epoch: EPOCH },
        health: config.app.health,
      })
      const stop = async () => {
        running.delete(target)
        await target.stop()
      }
      const tracked = { ...target, stop }
      running.add(tracked)
      return tracked
    },
    async migrate(phase) {
      await migrateTo({ url: as('pile_owner'), adminUrl: as(), appUrl: as(LOGINS[login]) }, config, phase)
    },
    async restartDatabase() {
      await server.stop()
      server = await startEmbedded({ dataDir: join(folder, 'pg'), persistent: true })
    },
    async close() {
      await Promise.all([...running].map((target) => target.stop()))
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
