import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { loadProject } from '../../proof/gate/project.js'
import type { Clone } from '../../proof/postgres/throw-away.js'
import { withClient } from '../../src/database/with-client.js'
import { configPrint } from '../../src/record/config-print.js'
import { type GateRecord, RECORD_FILE, writeRecord } from '../../src/record/record.js'
import { linksIn, mailServer } from '../../test/support/mail-server.js'
import { freshDatabase } from '../../test/support/postgres.js'
import { SchemaMissing } from '../claimed.js'
import { type Command, EXIT } from '../command.js'
import { UsageError } from '../usage-error.js'
import { command as backout } from './backout.js'
import { command as doctor } from './doctor.js'
import { command as migrate } from './migrate.js'
import { command as audit } from './people/audit.js'
import { command as claim } from './people/claim.js'
import { command as invite } from './people/invite.js'
import { command as sessions } from './people/sessions.js'
import { command as tokens } from './people/tokens.js'
import { command as users } from './people/users.js'
import { command as rollout } from './rollout.js'
import { command as status } from './status.js'

const CONFIG = `export default {
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' }, prefs: { owner: 'user_id', perUser: true } },
}`
let folder: string
let database: Clone

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'usertwo-cli-'))
  writeFileSync(join(folder, 'usertwo.config.mjs'), CONFIG)
  database = await freshDatabase()
  await sql('create table users (id serial primary key, username text)', database.url)
  await sql('create table notes (id serial primary key, user_id int references users)', database.url)
  await sql('create table prefs (id serial primary key, colour text)', database.url)
  await sql(`insert into users values (1, 'owner')`, database.url)
  await sql(`insert into prefs (colour) values ('red')`, database.url)
})
afterAll(() => rmSync(folder, { recursive: true }))

function sql(text: string, url = database.adminUrl): Promise<unknown[]> {
  return withClient(url, 'test', async (client) => (await client.query(text)).rows)
}

async function run(command: Command, ...args: string[]): Promise<{ code: number; printed: string }> {
  const lines: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  try {
    const code = await command.run(['--database', database.url, '--config', folder, ...args])
    return { code, printed: lines.join('\n') }
  } finally {
    log.mockRestore()
  }
}

it('reads the dial as the app does: with its prefix, and never as no number', async () => {
  const prefixed = join(folder, 'prefixed')
  mkdirSync(prefixed)
  writeFileSync(join(prefixed, 'usertwo.config.mjs'), CONFIG.replace('{', "{ prefix: 'NOTES_',"))
  const of = (command: Command, ...args: string[]) => run(command, ...args, '--config', prefixed)
  vi.stubEnv('NOTES_USERTWO_PHASE', '5')
  expect((await of(status)).printed).toContain('dial        5')
  expect((await of(rollout)).printed).toContain('6')
  expect((await of(rollout)).printed).toMatch(
    /^backups: from here on pg_dump as \w+ fails.*usertwo backup FILE/,
  )
  await expect(of(backout, '5')).rejects.toThrow('USERTWO_PHASE is 5')
  await expect(of(migrate, 'up', '--contract')).rejects.toThrow('USERTWO_PHASE is 5')
  vi.stubEnv('NOTES_USERTWO_PHASE', 'five')
  for (const [command, ...args] of [
    [status],
    [rollout],
    [backout, '3'],
    [migrate, 'up', '--contract'],
  ] as const)
    await expect(of(command, ...args)).rejects.toThrow(/USERTWO_PHASE=five/)
  vi.unstubAllEnvs()
})

it('walks from an app without users to one with two, and says each time what comes next', async () => {
  await expect(run(claim)).rejects.toThrow(SchemaMissing)
  expect((await run(status)).printed).toContain('usertwo gate 1')
  const before = await run(migrate, 'status')
  expect([before.code, before.printed.includes('0301-users  not applied')]).toEqual([EXIT.noGo, true])

  expect((await run(migrate, 'up', '--to', '3')).printed).toContain('0301-users')
  vi.stubEnv('USERTWO_PHASE', '6')
  expect((await run(status)).printed).toContain('next        usertwo migrate up --to 6')
  expect((await run(migrate, 'up')).code).toBe(EXIT.go)
  expect((await run(migrate, 'up')).printed).toBe('nothing to do: at phase 8')
  expect((await run(migrate, 'status')).code).toBe(EXIT.go)
  expect((await run(status)).printed).toContain('next        usertwo claim')
  vi.unstubAllEnvs()

  const { printed } = await run(claim)
  expect(printed).toMatch(/^Claim code: [A-Z2-9]{4}-[A-Z2-9]{4}\n/)
  const [code = ''] = /[A-Z2-9]{4}-[A-Z2-9]{4}/.exec(printed) ?? []
  expect(JSON.stringify(await sql('select * from usertwo.claims'))).not.toContain(code)
})

it('makes no link for an unclaimed owner', async () => {
  const { code, printed } = await run(users, 'reset-link', '1')
  expect([code, printed.includes('usertwo claim')]).toEqual([EXIT.noGo, true])
})

it('makes a user with rows of their own and a password shown once, then an administrator', async () => {
  const made = JSON.parse((await run(users, 'create', 'two@example.com', '--json')).printed)
  expect(made).toMatchObject({ id: 2, email: 'two@example.com' })
  expect(made.password.length).toBeGreaterThanOrEqual(20)
  expect(await sql('select user_id, colour from prefs order by 1')).toEqual([
    { user_id: 1, colour: 'red' },
    { user_id: 2, colour: 'red' },
  ])
  expect((await run(users, 'grant', 'TWO@example.com')).printed).toContain('User 2')
  expect(JSON.parse((await run(users, 'list', '--json')).printed)).toEqual([
    { id: 1, email: null, username: 'owner', admin: false, canLogIn: false },
    { id: 2, email: 'two@example.com', username: 'two', admin: true, canLogIn: true },
  ])
  expect(await sql('select event, user_id from usertwo.audit')).toEqual([
    { event: 'admin_granted', user_id: 2 },
  ])
})

it('case 106: takes a role away, and that of the last administrator only when forced', async () => {
  const isAdmin = async () => JSON.parse((await run(users, 'list', '--json')).printed)[1]?.admin
  expect((await run(users, 'grant', '2', '--role', 'editor')).printed).toBe('User 2 is of the role editor.')
  expect(await sql('select roles from usertwo.credentials where user_id = 2')).toEqual([
    { roles: ['user', 'editor'] },
  ])
  expect((await run(users, 'ungrant', '2', '--role', 'editor')).code).toBe(EXIT.go)
  const refused = await run(users, 'ungrant', '2')
  expect([refused.code, refused.printed.includes('--force'), await isAdmin()]).toEqual([
    EXIT.noGo,
    true,
    true,
  ])
  expect((await run(users, 'ungrant', '2', '--force')).printed).toContain('not an administrator any more')
  expect(await isAdmin()).toBe(false)
  await run(users, 'grant', '2')
})

it('case 51: takes an address as confirmed on the operator’s word', async () => {
  await sql('update usertwo.credentials set must_verify = true where user_id = 2')
  const waits = async () =>
    (await sql('select must_verify and not is_verified as it from usertwo.credentials where user_id = 2'))[0]
  expect(await waits()).toEqual({ it: true })
  await run(users, 'verify', 'two@example.com')
  expect(await waits()).toEqual({ it: false })
})

it('disables a user, the last administrator only when forced, enables them again, then removes only them and their rows', async () => {
  await sql(`insert into usertwo.user_sessions (id, user_id, refresh_id, family, expires_at) select
    gen_random_uuid(), 2, gen_random_uuid(), gen_random_uuid(), now() + interval '1 day'`)
  const canLogIn = async () => JSON.parse((await run(users, 'list', '--json')).printed)[1]?.canLogIn
  const lastOne = await run(users, 'disable', 'two@example.com')
  expect([lastOne.code, lastOne.printed.includes('--force')]).toEqual([EXIT.noGo, true])
  const disabled = await run(users, 'disable', 'two@example.com', '--force')
  expect(disabled.printed).toContain('all their logins have ended')
  expect(await sql('select revoked_at is not null as over from usertwo.user_sessions')).toEqual([
    { over: true },
  ])
  expect(await canLogIn()).toBe(false)
  await run(users, 'enable', 'Two@example.com')
  expect(await canLogIn()).toBe(true)

  const asked = await run(users, 'remove', 'two@example.com')
  expect([asked.code, asked.printed]).toEqual([
    EXIT.noGo,
    'This removes user 2 and all their rows, for good: notes 0, prefs 1. Say --yes to do it.',
  ])
  expect((await run(users, 'remove', 'two@example.com', '--yes')).printed).toBe(
    'User 2 is gone. Rows removed: notes 0, prefs 1.',
  )
  expect(await sql('select user_id, colour from prefs')).toEqual([{ user_id: 1, colour: 'red' }])
  expect(await sql(`select event from usertwo.audit where event like 'user%' order by id`)).toEqual(
    ['user_disabled', 'user_enabled', 'user_removed'].map((event) => ({ event })),
  )
})

it('issues a code to an owner with an address, and none once the owner can log in', async () => {
  await sql(`update users set email = 'owner@example.com' where id = 1`)
  expect((await run(claim)).printed).toContain('Claim code')
  await sql(`insert into usertwo.credentials (user_id, password_hash) values (1, 'bcrypt-hmac-sha256:…')`)
  const { code, printed } = await run(claim)
  expect([code, printed.includes('Claimed by user 1')]).toEqual([EXIT.noGo, true])
  expect((await run(status)).printed).toContain('claimed by user 1')
})

it('shows the steps of the rollout, and ends with 1 where one with refresh tokens was skipped', async () => {
  expect((await run(status)).printed).toMatch(/^steps +\w.*; next: \w+$/m)
  vi.stubEnv('ENVIRONMENT', 'development')
  vi.stubEnv('TOKEN_STYLE', 'refresh')
  vi.stubEnv('USERTWO_PHASE', '3')
  const skipped = await run(status)
  expect(skipped.code).toBe(EXIT.noGo)
  expect(skipped.printed).toMatch(/^steps +schema → rotation; next: login$/m)
  expect(skipped.printed).toContain(
    'login was skipped: rotation is raised and it is not; set USERTWO_PHASE=4',
  )
  expect(JSON.parse((await run(status, '--json')).printed).steps.skipped).toMatchObject([{ name: 'login' }])
  vi.stubEnv('USERTWO_PHASE', '4')
  const right = await run(status)
  expect(right.code).toBe(EXIT.go)
  expect(right.printed).toContain('its gate: usertwo migrate up --to 6, usertwo gate --through 6 --record')
  expect(right.printed).toMatch(/in development: it lacks JWT_SECRET: required from phase 4/)
  vi.stubEnv('TOKEN_STYLE', 'bearer')
  vi.stubEnv('AUTH_COOKIE_REFRESH', 'true')
  vi.stubEnv('USERTWO_PHASE', '5')
  const { code, printed } = await run(rollout)
  expect(code).toBe(EXIT.noGo)
  expect(printed).toContain(
    'rotation was skipped: cookie is raised and it is not; set TOKEN_STYLE=refresh first',
  )
  vi.unstubAllEnvs()
  expect((await run(rollout)).printed).not.toContain('skipped')
})

it('compares the public address with the platform’s name, in rollout and in doctor', async () => {
  vi.stubEnv('RENDER_EXTERNAL_HOSTNAME', 'notes.onrender.com')
  vi.stubEnv('PUBLIC_URL', 'https://notes-staging.onrender.com')
  const both =
    'PUBLIC_URL=https://notes-staging.onrender.com, but RENDER_EXTERNAL_HOSTNAME says notes.onrender.com'
  const { code, printed } = await run(rollout)
  expect([code, printed]).toEqual([EXIT.noGo, expect.stringContaining(`✗ public address\n      ${both}`)])
  expect(printed).toContain('set PUBLIC_URL=https://notes.onrender.com')
  const found = async () => {
    const { diagnoses } = JSON.parse((await run(doctor, '--json')).printed) as {
      diagnoses: { about: string; state: string; found: string }[]
    }
    return diagnoses.filter(({ about }) => about === 'public address')
  }
  expect(await found()).toMatchObject([{ state: 'wrong', found: expect.stringContaining(both) }])
  vi.stubEnv('PUBLIC_URL', 'https://notes.example.com')
  expect((await run(rollout)).printed).toContain('✓ public address')
  expect(await found()).toMatchObject([{ state: 'ok' }])
  vi.unstubAllEnvs()
  expect(await found()).toEqual([])
})

it('says of a step what taking it back means', async () => {
  const cookie = await run(backout, 'cookie')
  expect([cookie.code, cookie.printed]).toEqual([EXIT.go, expect.stringMatching(/cookies are cleared/)])
  expect((await run(backout, 'rotation')).printed).toContain(
    'TOKEN_STYLE=bearer: refresh tokens are not taken',
  )
  expect((await run(backout, 'ownership')).printed).toContain('With USERTWO_PHASE=4:')
  await expect(run(backout, 'cookies')).rejects.toThrow(
    'or which step: usertwo backout 5, usertwo backout cookie',
  )
})

it('says of the recorded GO what a start at this dial would', async () => {
  const loaded = await loadProject(folder)
  const record = {
    format: 2 as const,
    config: configPrint(loaded.config),
    routes: null,
    schema: null,
    lockfile: null,
  }
  const go = { go: true, at: '2026-01-15T12:00:00.000Z' } as const
  const said = async (dial: string, more: Partial<GateRecord>) => {
    writeRecord(folder, { ...record, phases: { 3: go }, ...more })
    vi.stubEnv('USERTWO_PHASE', dial)
    return /^record +(.*)$/m.exec((await run(status)).printed)![1]
  }
  expect(await said('3', {})).toBe('GO for 3')
  expect(await said('6', {})).toBe('GO for 3, but no recorded GO for phase 6')
  expect(await said('3', { routes: 'others' })).toMatch(/but the inventory of routes has changed/)
  expect(await said('6', { phases: { 6: go } })).toMatch(
    /GO for 6, but the recorded GO says nothing of the schema/,
  )
  vi.unstubAllEnvs()
  rmSync(join(folder, RECORD_FILE))
})

it('prints a reset link by address, name or id, and below phase 5 the request to send', async () => {
  expect((await run(claim)).printed).toContain('usertwo users reset-link 1')
  for (const who of ['OWNER@example.com', 'owner', '1']) {
    const { code, printed } = await run(users, 'reset-link', who, '--url', 'https://app.example.com/x')
    expect(code).toBe(EXIT.go)
    expect(printed).toMatch(/^https:\/\/app\.example\.com\/x\/auth\/reset\?token=[\w-]{43}\n/)
  }
  vi.stubEnv('USERTWO_PHASE', '4')
  vi.stubEnv('CORS_ORIGINS', 'https://pile.example.com')
  const { printed } = await run(users, 'reset-link', '1')
  expect(printed).toMatch(
    /^Phase 4 has no page for it .* https:\/\/pile\.example\.com\/api\/auth\/password\/reset:\n\{"token":"[\w-]{43}"/,
  )
  vi.unstubAllEnvs()
  const rows = JSON.stringify(await sql('select * from usertwo.password_resets'))
  expect(rows).not.toContain(/"token":"([\w-]+)/.exec(printed)![1])
  expect(JSON.parse(rows)).toHaveLength(1)
})

it('makes a token that is shown once, lists it and ends it', async () => {
  const made = JSON.parse(
    (await run(tokens, 'create', '--user', '1', '--name', 'export', '--days', '7', '--json')).printed,
  )
  expect(made).toMatchObject({ user: 1, name: 'export', scopes: ['read'], days: 7 })
  expect(made.token).toMatch(/^ut_/)
  const listed = await run(tokens, 'list', '--user', '1')
  expect(listed.printed).toMatch(new RegExp(`^${made.id}  user 1  export  read  until .*last used never$`))
  expect(listed.printed + JSON.stringify(await sql('select * from usertwo.tokens'))).not.toContain(made.token)
  expect((await run(tokens, 'revoke', made.id)).code).toBe(EXIT.go)
  expect((await run(tokens, 'revoke', made.id)).code).toBe(EXIT.noGo)
  expect((await run(tokens, 'list')).printed).toContain('No tokens')
})

it('case 50: prints an invitation, mails it where there is mail, and says what keeps it from working', async () => {
  const printed = async (...args: string[]) => (await run(invite, 'Ann@example.com', ...args)).printed
  expect(await printed('--url', 'https://app.example.com/x')).toMatch(
    /^https:\/\/app\.example\.com\/x\/auth\/register#invitation=([\w-]{43})&email=ann%40example\.com\nCode: \1\n/,
  )
  vi.stubEnv('REGISTRATION', 'owner-only')
  expect(await printed()).toContain('It does not work yet: REGISTRATION=owner-only')
  const mail = await mailServer()
  vi.stubEnv('SMTP_URL', mail.url)
  vi.stubEnv('MAIL_FROM', 'no-reply@example.com')
  vi.stubEnv('PUBLIC_URL', 'https://app.example.com')
  const { code, mailed } = JSON.parse(await printed('--json', '--role', 'editor', '--days', '1'))
  expect([mailed, mail.taken[0]?.to]).toEqual([true, ['ann@example.com']])
  expect(linksIn(mail.taken[0]!.raw)[0]).toContain(`#invitation=${code}`)
  mail.refuses = true
  expect(await printed()).toContain('The mail was not taken')
  await mail.stop()
  vi.unstubAllEnvs()
  // The newest is the one that counts.
  const kept = await sql('select email, role from usertwo.links')
  expect(kept).toEqual([{ email: 'ann@example.com', role: null }])
  expect(JSON.stringify(await sql('select * from usertwo.links'))).not.toContain(code)
})

it('lists who is logged in, and ends the logins of one user or of everybody', async () => {
  const login = (user: number) => `(gen_random_uuid(), ${user}, gen_random_uuid(), gen_random_uuid(),
    now() + interval '1 day', E'Mozilla\\x1b[2J')`
  await sql(`insert into users (id, username) values (7, 'seven')`)
  await sql(`insert into usertwo.user_sessions (id, user_id, refresh_id, family, expires_at, user_agent)
    values ${[1, 1, 7].map(login).join()}`)
  const listed = async (...args: string[]): Promise<{ user_id: number }[]> =>
    JSON.parse((await run(sessions, 'list', '--json', ...args)).printed)
  const before = await listed()
  expect((await listed('--user', 'seven')).map(({ user_id }) => user_id)).toEqual([7])
  expect((await run(sessions, 'list', '--user', '7')).printed).toContain('Mozilla\\u001b[2J')
  expect((await run(sessions, 'revoke', '--user', 'seven')).printed).toBe(
    '1 login has ended of user 7, in every process.',
  )
  expect(await listed()).toHaveLength(before.length - 1)
  await run(sessions, 'revoke', '--all')
  expect((await run(sessions, 'list')).printed).toBe('No user is logged in.')
  const noted = await sql(`select user_id, details->'all' as all from usertwo.audit
    where event = 'session_revoked' and details ? 'ended' order by id`)
  expect(noted).toEqual([
    { user_id: 7, all: null },
    { user_id: null, all: true },
  ])
})

it('shows what was noted, by user, kind and time, also of who was removed, and as CSV', async () => {
  await sql(`insert into usertwo.audit (at, event, user_id, ip_address, details) values
    (now() - interval '3 days', 'login_failed', 99, '10.0.0.1', '{}'), (now(), 'login', 99, null, '{"by": "a, b"}')`)
  const events = async (...args: string[]) =>
    JSON.parse((await run(audit, '--json', ...args)).printed).map(({ event }: { event: string }) => event)
  expect(await events('--user', '99')).toEqual(['login_failed', 'login'])
  expect(await events('--user', '99', '--since', '24h')).toEqual(['login'])
  expect(await events('--kind', 'login_failed')).toEqual(['login_failed'])
  expect((await run(audit, '--user', '99')).printed.split('\n')).toHaveLength(2)
  const [head, ...lines] = (await run(audit, '--csv', '--user', '99')).printed.split('\n')
  expect(head).toBe('at,event,user_id,actor_id,ip_address,details')
  expect(lines[1]).toMatch(/^20\d\d-.*Z,login,99,,,"\{""by"":""a, b""\}"$/)
})

it('finds what was noted about a removed user by the address and the name they had, which are not kept', async () => {
  const { id } = JSON.parse((await run(users, 'create', 'Gone@example.com', '--json')).printed)
  await sql(`insert into usertwo.audit (event, user_id) values ('login', ${id})`)
  expect((await run(users, 'remove', 'gone@example.com', '--yes')).code).toBe(EXIT.go)
  const events = async (who: string) =>
    JSON.parse((await run(audit, '--json', '--user', who)).printed).map(
      ({ event }: { event: string }) => event,
    )
  for (const who of ['gone@example.com', 'GONE@example.com', 'gone', String(id)])
    expect(await events(who), who).toEqual(expect.arrayContaining(['login', 'user_removed']))
  expect(JSON.stringify(await sql('select * from usertwo.audit'))).not.toMatch(/gone@/i)
  await expect(run(audit, '--user', 'never@example.com')).rejects.toThrow('only the id is known')
})

it.each([
  [sessions, ['revoke'], '--all'],
  [sessions, ['revoke', '--all', '--user', '1'], '--all'],
  [sessions, ['lisst'], 'sessions list'],
  [audit, ['--since', 'lately'], '--since lately'],
  [audit, ['--user', 'unknown'], 'users list'],
  [invite, [], 'e-mail'],
  [invite, ['ann@example.com', '--days', '0'], '--days 0'],
  [invite, ['ann@example.com', '--role', 'a b'], '--role a b'],
  [migrate, ['sideways'], 'migrate up'],
  [migrate, ['up', '--to', '9'], '0 to 8'],
  [users, ['drop'], 'users list'],
  [tokens, ['create', '--name', 'a'], '--user'],
  [tokens, ['create', '--user', '1', '--name', ' '], '--name'],
  [tokens, ['create', '--user', '1', '--name', 'a', '--days', '0'], '--days 0'],
  [tokens, ['create', '--user', '1', '--name', 'a', '--scope', 'a b'], '--scope a b'],
  [tokens, ['revok'], 'tokens revoke'],
  [users, ['create'], 'e-mail'],
  [users, ['create', 'unknown'], 'email'],
  [users, ['grant', 'unknown@example.com'], 'users list'],
  [users, ['grant', '1', '--role', 'the editor'], '--role the editor'],
  [users, ['disable', 'unknown@example.com'], 'users list'],
  [users, ['remove', '--yes'], 'e-mail'],
  [users, ['reset-link', 'unknown'], 'users list'],
  [users, ['reset-link', '1', '--url', 'app'], '--url app'],
])('says how %o %o is called', async (command, args, hint) => {
  const failed = run(command, ...args)
  await expect(failed).rejects.toThrow(UsageError)
  await expect(failed).rejects.toThrow(hint)
})

it('says in one line that an address is taken, and that no GO of phase 6 is recorded', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  expect((await run(users, 'create', 'taken@example.com')).code).toBe(EXIT.go)
  expect(said.mock.calls.flat()).toEqual([
    expect.stringMatching(/^No GO of phase 6 .* usertwo gate --record$/),
  ])
  said.mockClear()
  expect((await run(users, 'create', 'Taken@example.com')).code).toBe(EXIT.noGo)
  expect(said.mock.calls).toEqual([
    ['users create: This e-mail address or user name is taken; give another.'],
  ])
  said.mockRestore()
  await run(users, 'remove', 'taken@example.com', '--yes')
})

it('says that the rows of auth.onRegistered are missing for a user that it creates', async () => {
  const hooked = join(folder, 'hooked')
  mkdirSync(hooked)
  const auth = 'auth: { onRegistered: () => undefined }'
  writeFileSync(join(hooked, 'usertwo.config.mjs'), CONFIG.replace('{', `{ ${auth},`))
  const said = vi.spyOn(console, 'error').mockImplementation(() => {})
  await run(users, 'create', 'hooked@example.com', '--config', hooked)
  expect(said.mock.calls.flat()).toContainEqual(
    expect.stringMatching(
      /^auth\.onRegistered was not called, .* missing for user \d+\. newUserRows and perUser make/,
    ),
  )
  said.mockRestore()
  await run(users, 'remove', 'hooked@example.com', '--yes')
})
