// What an app of Kysely sets while a connection opens stays for each of its users.
import { createRequire } from 'node:module'
import pg from 'pg'
import { beforeAll, expect, test } from 'vitest'
import { attach } from '../../src/phases/6-isolation/connection/attach.js'
import { installLibraries } from '../matrix/libraries.mjs'
import { asPerson, pgVersion, sharedTables } from '../support/shared-tables.js'

const ZONE = 'Pacific/Chatham'

beforeAll(installLibraries, 600_000)

test('onCreateConnection, in 200 requests of two users, and nothing that one of them sets', async () => {
  const { url, policy } = await sharedTables()
  const detach = attach(pg, pgVersion, () => policy)
  const { Kysely, PostgresDialect, CompiledQuery, sql } = createRequire(
    new URL('../matrix/libraries/package.json', import.meta.url),
  )('kysely')
  const dialect = new PostgresDialect({
    pool: new pg.Pool({ connectionString: url, max: 2 }),
    onCreateConnection: async (connection: { executeQuery(query: object): Promise<unknown> }) => {
      for (const text of ['select count(*) from threads', `set time zone '${ZONE}'`])
        await connection.executeQuery(CompiledQuery.raw(text))
    },
  })
  const db = new Kysely({ dialect })
  await Promise.all(
    Array.from({ length: 200 }, (_, n) =>
      asPerson(1 + (n % 2), async () => {
        const tenant = `t${1 + (n % 2)}`
        if (n % 7 === 0) await sql.raw(`set app.tenant to '${tenant}'`).execute(db)
        const { rows } = await sql`select current_setting('timezone') as zone,
          coalesce(current_setting('app.tenant', true), '') as tenant`.execute(db)
        expect(rows[0].zone).toBe(ZONE)
        expect(['', tenant]).toContain(rows[0].tenant)
      }),
    ),
  )
  await db.destroy()
  detach()
})
