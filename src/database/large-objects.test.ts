import type pg from 'pg'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../test/support/postgres.js'
import { closeLargeObjects, LARGE_OBJECT_FUNCTIONS, openLargeObjects } from './large-objects.js'
import { withClient } from './with-client.js'

const as = <T>(url: string, work: (client: pg.Client) => Promise<T>) => withClient(url, 'test', work)

/** The functions that a role may execute, and as they are listed in this server. */
async function callable(client: pg.Client, role: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select distinct proname::text as name from pg_proc where pronamespace = 'pg_catalog'::regnamespace
       and (proname like 'lo\\_%' or proname in ('loread', 'lowrite')) and has_function_privilege($1, oid, 'execute')`,
    [role],
  )
  return rows.map(({ name }) => name).sort()
}

test('knows every function of large objects that the server has', async () => {
  const { adminUrl } = await freshDatabase()
  const known = await as(adminUrl, (admin) => callable(admin, 'postgres'))
  expect([...LARGE_OBJECT_FUNCTIONS].sort()).toEqual(known)
})

test('an administrator closes them to everybody except the login, and opens them again', async () => {
  const { url, adminUrl, name: database } = await freshDatabase()
  const where = { database, roles: [new URL(url).username] }
  await as(adminUrl, async (admin) => {
    const atFirst = await callable(admin, 'public')
    expect(atFirst).not.toContain('lo_import')
    expect(await closeLargeObjects(admin, where)).toHaveLength(1)
    expect(await callable(admin, 'public')).toEqual([])
    expect(await callable(admin, where.roles[0]!)).toEqual(atFirst)
    expect(await closeLargeObjects(admin, where)).toEqual([])
    expect(await openLargeObjects(admin, where)).toHaveLength(1)
    expect(await callable(admin, 'public')).toEqual(atFirst)
    expect(await openLargeObjects(admin, where)).toEqual([])
    const { rows } = await admin.query(
      `select count(*)::int as n from pg_proc, aclexplode(proacl) held where held.grantee = $1::text::regrole`,
      [`"${where.roles[0]}"`],
    )
    expect(rows).toEqual([{ n: 0 }])
  })
})

test('a login that does not own them, and another database, stay as they are', async () => {
  const { url, adminUrl, name: database } = await freshDatabase()
  const roles = [new URL(url).username]
  expect(await as(url, (client) => closeLargeObjects(client, { database, roles }))).toEqual([])
  expect(await as(adminUrl, (admin) => closeLargeObjects(admin, { database: 'postgres', roles }))).toEqual([])
  expect(await as(adminUrl, (admin) => callable(admin, 'public'))).toContain('lo_get')
})
