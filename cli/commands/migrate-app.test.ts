import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { Clone } from '../../proof/postgres/throw-away.js'
import { requestRoleOf } from '../../src/database/login.js'
import { withClient } from '../../src/database/with-client.js'
import { freshDatabase } from '../../test/support/postgres.js'
import { EXIT } from '../command.js'
import { command as migrate } from './migrate.js'

let folder: string
let database: Clone
/** The login the app connects as, which owns nothing. */
let app: string
let owner: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-app-'))
  writeFileSync(
    join(folder, 'usertwo.config.mjs'),
    `export default { app: { start: ['node', 'server.js'] }, owner: { id: 1 }, users: { table: 'users' },
      tables: { notes: { owner: 'user_id' } } }`,
  )
  database = await freshDatabase()
  owner = new URL(database.url).username
  app = `${database.name}_app`
  await sql(`create table users (id serial primary key, username text);
    create table notes (id serial primary key, user_id int references users); insert into users values (1, 'owner')`)
  await admin(
    `create role ${app} login password 'app'; grant select, insert, update, delete on users, notes to ${app}`,
  )
})
afterAll(async () => {
  await admin(`drop owned by ${app}; drop role ${app}`)
  rmSync(folder, { recursive: true })
})

const urlOf = (username: string) => Object.assign(new URL(database.url), { username, password: 'app' }).href
const admin = (text: string) => sql(text, database.adminUrl)

function sql(text: string, url = database.url): Promise<Record<string, unknown>[]> {
  return withClient(url, 'test', async (client) => (await client.query(text)).rows)
}

async function run(...args: string[]): Promise<{ code: number; printed: string }> {
  const lines: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  try {
    const code = await migrate.run([
      ...args,
      ...['--database', database.url, '--config', folder],
      ...(args[0] === 'up' || args[0] === 'down' ? ['--admin', database.adminUrl] : []),
    ])
    return { code, printed: lines.join('\n') }
  } finally {
    log.mockRestore()
  }
}

/** Whom the system's policies are for. */
const systems = async () => {
  const rows = await admin(
    `select distinct unnest(roles)::text as role from pg_policies where policyname = 'usertwo_system'`,
  )
  return rows.map(({ role }) => role)
}
const appReads = async (table: string) =>
  (await sql(`select count(*) from usertwo.${table}`, urlOf(app))).length

it('goes on for the login it was prepared for, when it is not told again', async () => {
  await run('up', '--to', '3', '--app', urlOf(app))
  expect(await appReads('credentials')).toBe(1)
  await run('up', '--to', '5')
  expect(await appReads('audit')).toBe(1)
  expect((await run('up')).code).toBe(EXIT.go)
  expect(await systems()).toEqual([app])
  expect((await run('up')).printed).toBe('nothing to do: at phase 8')
})

it('plan and status speak of that login too', async () => {
  expect((await run('plan')).printed).toContain('nothing to do: at phase 8')
  expect(await run('status')).toMatchObject({ code: EXIT.go })
  expect((await run('plan', '--app', database.url)).printed).toContain(`to "${owner}"`)
})

it('changes to another login only on request', async () => {
  await run('up', '--app', database.url)
  expect(await systems()).toEqual([owner])
  expect((await run('up')).printed).toBe('nothing to do: at phase 8')
  await run('up', '--app', urlOf(app))
  expect(await systems()).toEqual([app])
})

it('takes a login that rests in the request role for itself, and opens nothing to requests', async () => {
  const role = requestRoleOf(database.name)
  await admin(`alter role ${app} in database ${database.name} set role = ${role};
    alter role ${app} in database ${database.name} set usertwo.user_id = 'none'`)
  expect((await run('up', '--app', urlOf(app))).printed).toBe('nothing to do: at phase 8')
  expect(await systems()).toEqual([app])
  const [rights] = await admin(
    `select has_table_privilege('${role}', 'usertwo.credentials', 'select') as reads`,
  )
  expect(rights).toEqual({ reads: false })
})

/** Which of them may call `lo_get`, and whether PUBLIC may. */
async function mayCall() {
  const rows = await admin(
    `select r as role from unnest(array['public', '${owner}', '${app}', '${requestRoleOf(database.name)}']) r
     where has_function_privilege(r, 'lo_get(oid)', 'execute')`,
  )
  return rows.map(({ role }) => role)
}

it('takes the functions of large objects from requests, and gives them back below phase 6', async () => {
  expect(await mayCall()).toEqual([owner, app])
  const asked = await run('down', '--to', '5')
  expect(asked.printed).not.toContain('large objects')
  expect(await mayCall()).toEqual([owner, app])
  const undone = await run('down', '--to', '5', '--yes')
  expect(undone.printed).toContain('large objects: functions open to everybody  undone')
  expect(await mayCall()).toEqual(['public', owner, app, requestRoleOf(database.name)])
  expect((await run('up')).printed).toContain('large objects: functions closed to requests')
  expect(await mayCall()).toEqual([owner, app])
  expect((await run('up')).printed).toBe('nothing to do: at phase 8')
})
