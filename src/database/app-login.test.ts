import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freshDatabase } from '../../test/support/postgres.js'
import { openToAppLogin } from './app-login.js'

let admin: pg.Client
let owner: pg.Client
let app: pg.Client
let roles: { app: string; owner: string }

/** The owner of the tables, and a login that owns nothing. */
beforeEach(async () => {
  const { url, adminUrl, name } = await freshDatabase()
  roles = { app: `${name}_app`, owner: new URL(url).username }
  const [asOwner, asApp] = [new URL(url), new URL(url)]
  ;[asApp.username, asApp.password] = [roles.app, 'app']
  admin = new pg.Client(adminUrl)
  await admin.connect()
  await admin.query(`create role ${roles.app} login password 'app'`)
  owner = new pg.Client(asOwner.href)
  app = new pg.Client(asApp.href)
  await Promise.all([owner.connect(), app.connect()])
  await owner.query(`create schema usertwo; create table usertwo.migrations (name text);
    create table usertwo.claims (id serial, code text); revoke all on usertwo.claims from public;
    create table usertwo.audit (at timestamptz);
    create function usertwo.sweep_audit(timestamptz, integer) returns bigint language sql as 'select 0::bigint'`)
})
afterEach(async () => {
  await Promise.all([owner.end(), app.end()])
  await admin.query(`revoke ${roles.app} from ${roles.owner}`)
  await admin.query(`drop owned by ${roles.app}; drop role ${roles.app}`)
  await admin.end()
})

test("gives the app's login the toolkit's tables, and lets the owner see as it does; a second run changes nothing", async () => {
  await expect(app.query('select * from usertwo.claims')).rejects.toThrow(/permission denied/)
  await openToAppLogin(admin, roles)
  await openToAppLogin(admin, roles)
  const { rows } = await app.query("insert into usertwo.claims (code) values ('x') returning id")
  expect(rows).toEqual([{ id: 1 }])
  const member = await owner.query('select pg_has_role($1::name, $2::name, $3) as is', [
    roles.owner,
    roles.app,
    'usage',
  ])
  expect(member.rows).toEqual([{ is: true }])
})

test('gives the app no write access to the migrations table', async () => {
  await openToAppLogin(admin, roles)
  expect((await app.query('select * from usertwo.migrations')).rows).toEqual([])
  await expect(app.query("insert into usertwo.migrations values ('x')")).rejects.toThrow(/permission denied/)
})

test('lets it insert into the audit, and change nothing there', async () => {
  await openToAppLogin(admin, roles)
  await app.query('insert into usertwo.audit values (now())')
  await app.query('select usertwo.sweep_audit(now(), 1)')
  for (const change of ['delete from usertwo.audit', 'update usertwo.audit set at = null'])
    await expect(app.query(change)).rejects.toThrow(/permission denied/)
})

test('without the rights, the error names what an administrator runs', async () => {
  await expect(openToAppLogin(owner, roles)).rejects.toThrow(
    new RegExp(
      `${roles.app}[\\s\\S]*administrator runs once: grant [\\s\\S]*on all tables in schema usertwo`,
    ),
  )
})
