// An app that keeps its own login, wrapped at phase 6 or another in this process, and 400 requests of two users to it at once.
import { readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Express } from 'express'
import pg from 'pg'
import { vi } from 'vitest'
import type { Clone } from '../../proof/postgres/throw-away.js'
import { type ConfigInput, parseConfig } from '../../src/config/config.js'
import { scope } from '../../src/index.js'
import { migrateTo } from '../../src/migrate.js'
import { enforce, provisional } from '../../src/phases/6-isolation/start/enforcement.js'
import { usertwo } from '../../src/wrap.js'
import { freshDatabase } from '../support/postgres.js'

// As it was before an app was wrapped: from then on what this process sends is looked through for the passwords that it
// has been given.
const send = globalThis.fetch

export interface AtSix {
  url: string
  database: Clone
  pool: pg.Pool
  server: Server
  stop(): Promise<void>
}

/** @param schema the folder of the app with its schema.sql @param max connections of its pool @param dial default: 6 */
export async function atSix(
  createApp: (pool: pg.Pool) => Express | Promise<Express>,
  config: ConfigInput,
  {
    schema,
    max,
    env = {},
    dial = 6,
  }: { schema: URL; max: number; env?: Record<string, string>; dial?: number },
): Promise<AtSix> {
  const database = await freshDatabase()
  const plain = new pg.Client(database.url)
  await plain.connect()
  await plain.query(readFileSync(schema, 'utf8'))
  await plain.end()
  await migrateTo(database, parseConfig(config), dial)
  const all = {
    ENVIRONMENT: 'test',
    USERTWO_PHASE: String(dial),
    DATABASE_URL: database.url,
    JWT_SECRET: 'k3Vw9qTz7LmX2bRf8HsYc4NdJp6GuEa1',
    LOG_LEVEL: 'error',
    ...env,
  }
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value)
  const pool = scope(new pg.Pool({ connectionString: database.url, max }))
  const wrapped = usertwo(await createApp(pool), config)
  const server = await wrapped.listen(0, '127.0.0.1')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    database,
    pool,
    server,
    async stop() {
      await wrapped.dispose()
      await pool.end()
      enforce(provisional(parseConfig(config), 0))
      vi.unstubAllEnvs()
    },
  }
}

/** Sends a request with a JSON body, and reads the answer as JSON where it is that. */
export async function ask(url: string, method: string, headers: Record<string, string>, body?: unknown) {
  const answer = await send(url, {
    method,
    redirect: 'manual',
    headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return {
    status: answer.status,
    headers: answer.headers,
    body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
  }
}

/** Answers to 400 requests of two users for rows of their own, of the other, and of nobody. */
export const ALL_APART = {
  own: 134,
  foreign: 133,
  missing: 133,
  ownMissing: 0,
  foreignFound: 0,
  missingFound: 0,
}

/**
 * Sends 400 requests of two users, 40 at a time: for a row, and each fifth for its children.
 *
 * @param own the ids of each user
 * @param isFound asks for a row, or for its children, and says whether one is in the answer
 */
export async function askedAtOnce<User>(
  own: ReadonlyMap<User, readonly number[]>,
  isFound: (user: User, id: number, children: boolean) => Promise<boolean>,
): Promise<typeof ALL_APART> {
  const counts = { own: 0, foreign: 0, missing: 0, ownMissing: 0, foreignFound: 0, missingFound: 0 }
  const [first, second] = [...own.keys()] as [User, User]
  const one = async (n: number) => {
    const [user, other] = n % 2 === 0 ? [first, second] : [second, first]
    const kind = (['own', 'foreign', 'missing'] as const)[n % 3]!
    const from = kind === 'missing' ? [999_999] : own.get(kind === 'own' ? user : other)!
    const found = await isFound(user, from[n % from.length]!, n % 5 === 0)
    counts[kind]++
    if (kind === 'own' && !found) counts.ownMissing++
    if (kind === 'foreign' && found) counts.foreignFound++
    if (kind === 'missing' && found) counts.missingFound++
  }
  for (let at = 0; at < 400; at += 40) await Promise.all(Array.from({ length: 40 }, (_, n) => one(at + n)))
  return counts
}
