// Whatever way a user comes, they begin with the same rows.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import request from 'supertest'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { command as invite } from '../cli/commands/people/invite.js'
import { command as users } from '../cli/commands/people/users.js'
import type { SmallProvider } from '../proof/checks/4-auth/oauth/small-provider.js'
import { type ConfigInput, parseConfig } from '../src/config/config.js'
import { withClient } from '../src/database/with-client.js'
import { schemaNow } from '../src/phases/6-isolation/start/fingerprint.js'
import { configPrint } from '../src/record/config-print.js'
import { writeRecord } from '../src/record/record.js'
import { given, oauthEnv, oauthVisitor, smallProviders } from './support/oauth-app.js'
import { notesDatabase, type WrappedApp, wrappedApp } from './support/wrapped-app.js'

const PASSWORD = 'a long enough one'
const TABLES: ConfigInput['tables'] = {
  notes: { owner: 'user_id' },
  settings: { owner: 'user_id', perUser: true },
  counters: { owner: 'user_id', newUserRows: [{ kind: 'reminder' }, { kind: 'credit', last: 5 }] },
}
const SCHEMA = `create table settings (id serial primary key, theme text not null default 'dark');
  insert into settings default values;
  create table counters (id serial primary key, kind text not null, last int not null default 0);
  insert into counters (kind, last) values ('reminder', 17), ('credit', 23)`

let one: WrappedApp
let mine: SmallProvider
const folder = mkdtempSync(join(tmpdir(), 'usertwo-new-user-'))

beforeAll(async () => {
  const providers = await smallProviders('mine')
  mine = providers.mine
  const provider = given('mine', mine)
  mine.user = { sub: 'ann', email: 'ann@example.com', email_verified: true }
  const config = { tables: TABLES, auth: { providers: [provider.config] } }
  await recordGo(config)
  one = await wrappedApp(
    (db) =>
      express().post('/next', async (_req, res) => {
        const [row] = await db('counters').where({ kind: 'reminder' }).increment('last', 1).returning('last')
        res.json(row.last)
      }),
    {
      config,
      schema: SCHEMA,
      users: 1,
      env: { REGISTRATION: 'open', LOG_LEVEL: 'fatal', USERTWO_DATA: folder, ...oauthEnv([provider]) },
    },
  )
  writeFileSync(
    join(folder, 'usertwo.config.mjs'),
    `export default ${JSON.stringify({ app: { start: ['node', 'server.js'] }, owner: { id: 1 }, users: { table: 'users' }, ...config })}`,
  )
}, 120_000)
afterAll(async () => {
  await one?.dispose()
  await mine?.close()
  rmSync(folder, { recursive: true })
})

/** Without a recorded GO registration is closed. */
async function recordGo(more: Partial<ConfigInput>) {
  const { url, config, end } = await notesDatabase(1, more, 6, SCHEMA)
  const schema = await withClient(url, 'test', schemaNow)
  const go = {
    go: true as const,
    at: '2026-01-02',
    config: configPrint(parseConfig(config)),
    routes: null,
    lockfile: null,
    schema,
  }
  mkdirSync(join(folder, 'gate'))
  writeRecord(join(folder, 'gate'), { format: 3, phases: { 6: go } })
  await end()
}

async function run(command: typeof users, ...args: string[]): Promise<string> {
  const lines: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  const error = vi.spyOn(console, 'error').mockImplementation(() => {})
  try {
    await command.run(['--database', one.urls.url, '--config', folder, ...args])
    return lines.join('\n')
  } finally {
    log.mockRestore()
    error.mockRestore()
  }
}
const register = (email: string, more: object = {}) =>
  request(one.server)
    .post('/api/auth/register')
    .send({ email, password: PASSWORD, ...more })
    .expect(202)

test('by registration, an invitation, a provider and the command line', async () => {
  await register('by-himself@example.com')
  const [, code = ''] = /#invitation=([^&\s]+)/.exec(await run(invite, 'invited@example.com')) ?? []
  await register('invited@example.com', { invite_code: code })
  const visitor = oauthVisitor({ app: one.server })
  expect(await visitor.comeBy(mine, 'mine')).toBe('/')
  expect(await run(users, 'create', 'created@example.com')).toMatch(/^User \d+: created@example.com/)

  const added = await one.stored<{ id: number; email: string }>(
    'select id, email from users where id > 1 order by id',
  )
  expect(added).toHaveLength(4)
  for (const { id, email } of added) {
    const rows = await one.stored(`select kind, last from counters where user_id = ${id} order by id`)
    expect([email, rows]).toEqual([
      email,
      [
        { kind: 'reminder', last: 0 },
        { kind: 'credit', last: 5 },
      ],
    ])
    expect(await one.stored(`select theme from settings where user_id = ${id}`)).toEqual([{ theme: 'dark' }])
    const answer = await one.ask(await one.login(id), 'POST', '/next')
    expect([answer.status, await answer.json()]).toEqual([200, 1])
  }
  expect(await one.stored('select last from counters where user_id = 1 order by id')).toEqual([
    { last: 17 },
    { last: 23 },
  ])
})

test('a row that the table refuses refuses the account too', async () => {
  await one.stored(`alter table counters add check (last < 5 or user_id = 1) not valid`)
  await request(one.server)
    .post('/api/auth/register')
    .send({ email: 'refused@example.com', password: PASSWORD })
    .expect(500)
  expect(await one.stored(`select from users where email = 'refused@example.com'`)).toEqual([])
})
