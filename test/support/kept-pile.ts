import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Target } from '../../proof/gate/gate.js'
import { type Embedded, startEmbedded } from '../../proof/postgres/embedded.js'
import { comicPile, type StartOptions } from './comic-pile.js'

/** Who comic-pile connects as. */
export type Login = 'plain login' | 'table owner' | 'doctored superuser' | 'superuser'

/** comic-pile over one data directory, on a real PostgreSQL that can be stopped and started. */
export interface KeptPile {
  claimCode: string
  start(options: Omit<StartOptions, 'url'>): Promise<Target>
  /** usertwo's schema, as far as a phase needs it */
  migrate(phase: number): Promise<void>
  /** stops PostgreSQL and starts it again on the same data, at another port */
  restartDatabase(): Promise<void>
  /** the two halves, at the same port */
  stopDatabase(): Promise<void>
  startDatabase(): Promise<void>
  /** the superuser's, in the app's database */
  adminUrl(): string
  close(): Promise<void>
}

const PASSWORD = 'for-this-test-only'
const LOGINS: Record<Login, string> = {
  'plain login': 'pile_app',
  'table owner': 'pile_owner',
  'doctored superuser': 'pile_boss',
  superuser: 'pile_boss',
}

export async function keptPile(login: Login): Promise<KeptPile> {
  const app = await comicPile()
  const folder = await mkdtemp(join(tmpdir(), 'usertwo-pile-'))
  await chmod(folder, 0o755) // as root the server runs as another user
  const data = { dataDir: join(folder, 'pg'), persistent: true }
  let server: Embedded = await startEmbedded(data)
  const as = (user?: string) => {
    const url = new URL(server.url)
    url.pathname = '/pile'
    if (user) [url.username, url.password] = [user, PASSWORD]
    return url.href
  }
  const sql = async (text: string, url = as()) => {
    const client = new pg.Client(url)
    await client.connect()
    try {
      await client.query(text)
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
    await sql(text, server.url)
  await app.seed(as('pile_owner'))
  if (login === 'plain login')
    await sql(`grant select, insert, update, delete on all tables in schema public to pile_app;
      grant usage on all sequences in schema public to pile_app`)
  if (login === 'doctored superuser') await sql('alter role pile_boss in database pile set role = pile_owner')

  return {
    claimCode: app.claimCode,
    adminUrl: () => as(),
    start: (options) => app.start({ ...options, url: as(LOGINS[login]) }),
    migrate: (phase) =>
      app.migrate({ url: as('pile_owner'), adminUrl: as(), appUrl: as(LOGINS[login]) }, phase),
    async restartDatabase() {
      await server.stop()
      server = await startEmbedded(data)
    },
    stopDatabase: () => server.stop(),
    async startDatabase() {
      server = await startEmbedded({ ...data, port: server.port })
    },
    async close() {
      await app.stop()
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
