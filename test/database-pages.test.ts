// What docs/how-to/hosted-database.md and docs/how-to/take-usertwo-out.md say, done on a real server.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { command as migrate } from '../cli/commands/migrate.js'
import { requestRoleOf } from '../src/database/login.js'
import { withClient } from '../src/database/with-client.js'
import { freshDatabase } from './support/postgres.js'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const page = (name: string) => readFileSync(new URL(`../docs/how-to/${name}.md`, import.meta.url), 'utf8')
const sqlOf = (name: string, begin: string) =>
  [...page(name).matchAll(/```sql\n([\s\S]*?)```/g)]
    .map(([, sql]) => sql!)
    .find((sql) => sql.startsWith(begin))!

const CONFIG = `export default { app: { start: ['node', 'server.js'] }, owner: { id: 1 }, users: { table: 'users' },
  tables: { lists: { owner: 'user_id' }, todos: { owner: 'user_id' } } }`
const TABLES = `create table lists (id serial primary key, name text unique);
  create table todos (id serial primary key, list_id int references lists on delete cascade, text text);
  create view open_todos as select * from todos; create sequence quote_no;
  create schema helpers; create function helpers.one() returns int language sql as 'select 1';
  revoke execute on function helpers.one() from public;
  insert into lists (name) values ('home');
  insert into todos (list_id, text) values (1, 'milk')`

/** Everything of the app's own tables that a migration may change, and the rows. */
const SNAPSHOT = `select json_build_object(
  'columns', (select json_agg(json_build_array(table_name, column_name, data_type, column_default, is_nullable) order by 1, 2)
    from (select * from information_schema.columns where table_schema = 'public' order by table_name, ordinal_position) c),
  'constraints', (select json_agg(conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid) order by conname)
    from pg_constraint where connamespace = 'public'::regnamespace),
  'indexes', (select json_agg(indexdef order by indexdef) from pg_indexes where schemaname = 'public'),
  'triggers', (select json_agg(tgname order by tgname) from pg_trigger where not tgisinternal),
  'policies', (select json_agg(polname) from pg_policy),
  'classes', (select json_agg(json_build_array(relname, relrowsecurity, relforcerowsecurity,
      (select count(*) from aclexplode(relacl) g where g.grantee <> c.relowner)) order by relname)
    from pg_class c where relnamespace = 'public'::regnamespace),
  'schemas', (select json_agg(json_build_array(nspname,
      (select count(*) from aclexplode(nspacl) g where g.grantee <> n.nspowner)) order by nspname)
    from pg_namespace n where nspname !~ '^pg_'),
  'functions', (select json_agg((select count(*) from aclexplode(proacl) g where g.grantee <> p.proowner))
    from pg_proc p where pronamespace = 'helpers'::regnamespace),
  'rows', (select json_agg(t.text) from todos t)) as found`

let folder: string
let args: string[]
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-pages-'))
  writeFileSync(join(folder, 'usertwo.config.mjs'), CONFIG)
  args = ['--config', join(folder, 'usertwo.config.mjs')]
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockReturnValue(true)
})
const cleanUp: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const undo of cleanUp.splice(0).reverse()) await undo()
})
afterAll(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

/** A database of one login with these attributes, as a platform gives it, with the tables of an app. */
async function hosted(attributes: string) {
  const fresh = await freshDatabase()
  const given = `${fresh.name}_given`
  await withClient(fresh.adminUrl, 'test', async (client) => {
    // The fixture prepares the role of requests; a platform does not.
    await client.query(
      `drop owned by "${requestRoleOf(fresh.name)}"; drop role "${requestRoleOf(fresh.name)}"`,
    )
    await client.query(`create role "${given}" login password 'p' ${attributes}`)
    await client.query(`alter database "${fresh.name}" owner to "${given}"`)
    await client.query(`alter schema public owner to "${given}"`)
  })
  const as = (login: string) => {
    const url = new URL(fresh.url)
    url.username = login
    url.password = 'p'
    return url.href
  }
  cleanUp.push(() =>
    withClient(fresh.adminUrl, 'test', async (client) => {
      const made = [given, `${fresh.name}_app`, requestRoleOf(fresh.name)]
      await client.query(`alter database "${fresh.name}" owner to current_user`)
      for (const role of made)
        if ((await client.query('select from pg_roles where rolname = $1', [role])).rowCount)
          await client.query(`drop owned by "${role}" cascade; drop role "${role}"`)
    }),
  )
  await withClient(as(given), 'test', (client) => client.query(TABLES))
  return { given: as(given), app: as(`${fresh.name}_app`), role: `${fresh.name}_app` }
}
const found = (url: string) =>
  withClient(url, 'test', async (client) => (await client.query<{ found: object }>(SNAPSHOT)).rows[0]!.found)

describe('docs/how-to/hosted-database.md', () => {
  test('a plain login that may make roles migrates by itself', async () => {
    const { given } = await hosted('createrole')
    expect(await migrate.run(['up', '--database', given, ...args])).toBe(0)
  })

  test.each(['superuser', 'createrole bypassrls'])(
    'of a login that is %s a plain one is made, which owns the tables and migrates',
    async (attributes) => {
      const { given, app, role } = await hosted(attributes)
      const made = sqlOf('hosted-database', 'create role app')
        .replaceAll('to app', `to "${role}"`)
        .replace('role app login password', `role "${role}" login password`)
        .replace('grant app to', `grant "${role}" to`)
        .replace('a long random password', 'p')
      await withClient(given, 'test', (client) => client.query(made))
      expect(await migrate.run(['up', '--database', app, '--admin', given, ...args])).toBe(0)
      const [login] = await withClient(
        app,
        'test',
        async (client) =>
          (
            await client.query(`select rolsuper or rolbypassrls as privileged, (select count(*)::int from pg_class
              where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'S') and relowner <> r.oid) as others
              from pg_roles r where rolname = current_user`)
          ).rows,
      )
      expect(login).toEqual({ privileged: false, others: 0 })
    },
  )
})

test('docs/how-to/take-usertwo-out.md leaves the tables as they were, and the rows', async () => {
  const { given } = await hosted('createrole')
  const before = await found(given)
  expect(await migrate.run(['up', '--database', given, ...args])).toBe(0)
  expect(await found(given)).not.toEqual(before)
  expect(await migrate.run(['undo', '--database', given, '--yes', ...args])).toBe(0)
  expect(await found(given)).toEqual(before)
})
