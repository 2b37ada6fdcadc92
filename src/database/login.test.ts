import pg from 'pg'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../test/support/postgres.js'
import { ensureRequestRole, loginFacts, requestRoleOf } from './login.js'
import { withClient } from './with-client.js'

const as = <T>(url: string, work: (client: pg.Client) => Promise<T>) => withClient(url, 'test', work)

/** A login and a database name for which no role is prepared. */
async function unprepared() {
  const clone = await freshDatabase()
  return { ...clone, login: new URL(clone.url).username, database: `${clone.name}_unprepared` }
}

test('names the request role after the database, short enough and different for each', () => {
  expect(requestRoleOf('app')).toBe('usertwo_request_a172cedcae47')
  expect(requestRoleOf('app2')).not.toBe(requestRoleOf('app'))
  expect(requestRoleOf('x'.repeat(63)).length).toBeLessThan(63)
})

test('makes the role once, however many runs start at the same time', async () => {
  const db = await unprepared()
  // Connected first, because opening a connection takes longer than the race.
  const admins = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const client = new pg.Client(db.adminUrl)
      await client.connect()
      return client
    }),
  )
  for (const database of ['_a', '_b', '_c', '']) {
    const target = { ...db, database: `${db.database}${database}` }
    const roles = await Promise.all(admins.map((admin) => ensureRequestRole(admin, target)))
    expect(new Set(roles)).toEqual(new Set([requestRoleOf(target.database)]))
  }
  await Promise.all(admins.map((admin) => admin.end()))
  const roles = [requestRoleOf(db.database)]
  const facts = await as(db.url, async (client) => {
    await client.query(`set role ${roles[0]}`)
    return (
      await client.query(`select current_user as user, rolinherit, rolcanlogin, rolsuper
      from pg_roles where rolname = current_user`)
    ).rows[0]
  })
  expect(facts).toMatchObject({ user: roles[0], rolcanlogin: false, rolsuper: false })
  const { rows } = await as(db.adminUrl, (admin) =>
    admin.query(`select inherit_option, set_option from pg_auth_members
      where roleid = '${roles[0]}'::regrole and member = '"${db.login}"'::regrole`),
  )
  expect(rows).toEqual([{ inherit_option: false, set_option: true }])
})

test('a login that may not make roles accepts a prepared one', async () => {
  const db = await unprepared()
  await as(db.adminUrl, (admin) => ensureRequestRole(admin, db))
  expect(await as(db.url, (client) => ensureRequestRole(client, db))).toBe(requestRoleOf(db.database))
})

test('for a login that may not make roles the error contains the SQL, and the SQL works', async () => {
  const db = await unprepared()
  const error = await as(db.url, (client) => ensureRequestRole(client, db)).catch((error: Error) => error)
  const sql = /run this once, then try again: (.*)$/.exec((error as Error).message)?.[1]
  expect(sql).toBe(
    `CREATE ROLE "${requestRoleOf(db.database)}" NOLOGIN; GRANT "${requestRoleOf(db.database)}" TO "${db.login}" WITH INHERIT FALSE, SET TRUE;`,
  )
  expect((error as Error).message).toContain('usertwo migrate up --admin postgres://')
  await as(db.adminUrl, (admin) => admin.query(sql!))
  await as(db.url, (client) => ensureRequestRole(client, db))
})

test('a login with CREATEROLE prepares its own', async () => {
  const db = await unprepared()
  await as(db.adminUrl, (admin) => admin.query(`alter role "${db.login}" createrole`))
  await as(db.url, (client) => ensureRequestRole(client, db))
  await as(db.url, (client) => client.query(`set role ${requestRoleOf(db.database)}`))
  await as(db.adminUrl, (admin) => admin.query(`alter role "${db.login}" nocreaterole`))
})

test('refuses a role that ignores policies', async () => {
  const db = await unprepared()
  await as(db.adminUrl, async (admin) => {
    await admin.query(`create role ${requestRoleOf(db.database)} bypassrls`)
    await expect(ensureRequestRole(admin, db)).rejects.toThrow(/rights a request must not have.*NOBYPASSRLS/)
  })
})

test('reads what a login may do', async () => {
  const { url, adminUrl, name } = await freshDatabase()
  const login = new URL(url).username
  expect(await as(url, loginFacts)).toEqual({
    user: login,
    superuser: false,
    bypassRls: false,
    createRole: false,
    ownsTables: false,
    settings: {},
  })
  await as(url, (client) => client.query('create table mine (id int)'))
  await as(adminUrl, async (admin) => {
    await admin.query(`alter role "${login}" in database "${name}" set work_mem = '9MB'`)
    await admin.query(`alter role "${login}" in database "${name}" set application_name = 'a=b'`)
  })
  expect(await as(url, loginFacts)).toMatchObject({
    ownsTables: true,
    settings: { work_mem: '9MB', application_name: 'a=b' },
  })
  expect(await as(adminUrl, loginFacts)).toMatchObject({ user: 'postgres', superuser: true, bypassRls: true })
})

test('where all roles may create in the schema public, as before PostgreSQL 15, only the login may afterwards', async () => {
  const { url, adminUrl, name } = await freshDatabase()
  const target = { database: name, login: new URL(url).username }
  const may = () =>
    as(adminUrl, async (admin) => {
      const { rows } = await admin.query(
        `select has_schema_privilege('${requestRoleOf(name)}', 'public', 'create') as request,
           has_schema_privilege('${target.login}', 'public', 'create') as login`,
      )
      return rows[0]
    })
  await as(adminUrl, (admin) =>
    admin.query('alter schema public owner to current_user; grant create on schema public to public'),
  )
  expect(await may()).toEqual({ request: true, login: true })
  await expect(as(url, (client) => ensureRequestRole(client, target))).rejects.toThrow(
    /--admin.*REVOKE CREATE ON SCHEMA public FROM PUBLIC/s,
  )
  await as(adminUrl, (admin) => ensureRequestRole(admin, target))
  expect(await may()).toEqual({ request: false, login: true })
  await as(url, (client) => ensureRequestRole(client, target))
})
