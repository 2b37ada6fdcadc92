import { spawn } from 'node:child_process'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { dumpSchema } from '../../proof/postgres/schema-dump.js'
import { builtUrl } from '../../test/support/built.js'
import { freshDatabase } from '../../test/support/postgres.js'
import type { UserId } from '../core/context.js'
import { requestRoleOf } from './login.js'
import { down, type MigrateOptions, MigrationError, migrate, status } from './migrator.js'
import { withClient } from './with-client.js'

const ALL = [
  '0301-users',
  '0302-credentials',
  '0303-sessions',
  '0304-login-failures',
  '0305-claims',
  '0306-audit',
  '0307-password-resets',
  '0308-login-throttle',
  '0309-audit-kept',
  '0310-outbox',
  '0320-authenticated-at',
  '0330-links',
  '0331-invitations',
  '0332-email-changes',
  '0340-tokens',
  '0350-no-login-failures',
  '0360-refresh',
  '0370-totp',
  '0380-passkeys',
  '0390-login-links',
  '0395-deletions',
  '0396-registered-openly',
  '0397-identities',
  '0398-factor-at',
  '0399-outbox-language',
]
const USERS = { table: 'users', id: 'id' }
const OPTIONS: MigrateOptions = { phase: 3, users: USERS, ownerId: 1 }
const UUID = '8a5a8a34-2c39-4e0c-9f5d-0d6f7a1f1f01'

const as = <T>(url: string, work: (client: pg.Client) => Promise<T>) => withClient(url, 'test', work)

const ask = (url: string, sql: string) => as(url, async (client) => (await client.query(sql)).rows)
const dump = (url: string) => as(url, dumpSchema)

/** A database like comic-pile's after a year: user 1 with an explicit id, and a sequence that was never used. */
async function productionLike(type = 'serial', owner: UserId = 1): Promise<string> {
  const { url } = await freshDatabase()
  await ask(
    url,
    `create table users (id ${type} primary key, username varchar(50) not null unique,
       created_at timestamp not null default now());
     create table threads (id serial primary key, title text, user_id ${type.replace(/serial$/, 'int').replace(/ generated.*/, '')} references users);
     insert into users (id, username) overriding system value values ('${owner}', 'default_user');
     insert into threads (title, user_id) select 'thread ' || n, '${owner}' from generate_series(1, 100) n`,
  )
  return url
}

describe('S1, S2, S4: the schema of phase 3', () => {
  test('below phase 3 nothing is applied, and no connection is opened', async () => {
    for (const phase of [0, 1, 2])
      expect(await migrate('postgres://unused@127.0.0.1:1/none', { ...OPTIONS, phase })).toEqual({
        applied: [],
      })
  })

  const types: [string, string, UserId][] = [
    ['serial', 'integer', 1],
    ['integer generated always as identity', 'integer', 1],
    ['bigserial', 'bigint', 1],
    ['uuid default gen_random_uuid()', 'uuid', UUID],
    ['text', 'text', 'owner'],
    ['varchar(36)', 'character varying(36)', UUID],
  ]
  for (const [definition, type, ownerId] of types)
    test(`a users key of ${definition} is referred to by its own type`, async () => {
      const { url } = await freshDatabase()
      await ask(url, `create table users (id ${definition} primary key, name text)`)
      await ask(url, `insert into users (id) overriding system value values ('${ownerId}')`)
      const before = await dump(url)
      expect(await migrate(url, { ...OPTIONS, ownerId })).toEqual({ applied: ALL })
      const columns = await ask(
        url,
        `select table_name as t, format_type(atttypid, atttypmod) as type from information_schema.columns
           join pg_attribute on attrelid = format('usertwo.%I', table_name)::regclass and attname = column_name
         where table_schema = 'usertwo' and column_name = 'user_id' order by 1`,
      )
      expect(columns).toEqual(
        [
          'audit',
          'credentials',
          'deletions',
          'identities',
          'links',
          'oauth_flows',
          'outbox',
          'passkey_challenges',
          'passkeys',
          'password_resets',
          'recovery_codes',
          'revoked_tokens',
          'totp',
          'user_sessions',
        ].map((t) => ({
          t,
          type,
        })),
      )
      await ask(url, `insert into usertwo.credentials (user_id) values ('${ownerId}')`)
      await ask(url, 'delete from users')
      expect(await ask(url, 'select * from usertwo.credentials')).toEqual([])
      expect(await down(url, { ...OPTIONS, ownerId, to: 2 })).toEqual({ undone: [...ALL].reverse() })
      expect(await dump(url)).toBe(before)
    })

  for (const [ownerId, id, next] of [
    [1, 'integer', 2],
    [UUID, 'uuid', undefined],
    ['owner', 'text', undefined],
  ] as const)
    test(`without a users table one is made with a key of ${id} and the owner's row`, async () => {
      const { url } = await freshDatabase()
      const before = await dump(url)
      const users = { table: 'people', id: 'key' }
      await migrate(url, { phase: 8, users, ownerId })
      expect(await ask(url, 'select key, email, is_admin from people')).toEqual([
        { key: ownerId, email: null, is_admin: false },
      ])
      if (next)
        expect(await ask(url, 'insert into people default values returning key')).toEqual([{ key: next }])
      await down(url, { to: 0, users, ownerId })
      expect(await dump(url)).toBe(before)
    })

  test('an address belongs to one person, however it is written', async () => {
    const url = await productionLike()
    await migrate(url, OPTIONS)
    await ask(url, `update users set email = 'Me@Example.org' where id = 1`)
    await expect(
      ask(url, `insert into users (username, email) values ('b', 'me@example.ORG')`),
    ).rejects.toThrow(/usertwo_users_email/)
  })

  test('a request cannot reach the tables, not even with the schema opened to it', async () => {
    const { url, adminUrl, name } = await freshDatabase()
    await migrate(url, OPTIONS)
    const role = requestRoleOf(name)
    const inRole = (sql: string) => ask(url, `set role ${role}; ${sql}`)
    await expect(inRole('select * from usertwo.credentials')).rejects.toThrow(/permission denied for schema/)
    await ask(adminUrl, `grant usage on schema usertwo to public`)
    const tables = await ask(url, `select tablename from pg_tables where schemaname = 'usertwo'`)
    expect(tables).toHaveLength(18)
    for (const { tablename } of tables as { tablename: string }[])
      await expect(inRole(`select * from usertwo.${tablename}`)).rejects.toThrow(
        /permission denied for table/,
      )
  })
})

describe('an existing users table', () => {
  const broken: [string, string, RegExp][] = [
    ['email of another type', 'email jsonb', /email is jsonb; it must be a plain text or varchar/],
    ['a generated email', `email text generated always as ('x') stored`, /email is generated/],
    ['is_admin of another type', 'is_admin int', /is_admin is integer; it must be boolean/],
  ]
  for (const [what, column, message] of broken)
    test(`stops at ${what} and changes nothing`, async () => {
      const url = await productionLike()
      await ask(url, `alter table users add column ${column}`)
      const before = await dump(url)
      await expect(migrate(url, OPTIONS)).rejects.toThrow(message)
      expect(await dump(url)).toBe(before)
    })

  test('may hold its hashes in char(60), as bcrypt writes them, and in no padded column', async () => {
    const url = await productionLike()
    await ask(url, 'alter table users add column password_hash char(60), add column padded char(80)')
    const by = (password: string) => migrate(url, { ...OPTIONS, users: { ...USERS, password } })
    await expect(by('padded')).rejects.toThrow(
      /padded is character\(80\); .*text or varchar column, or char\(60\) with bcrypt hashes/,
    )
    await by('password_hash')
    expect(await ask(url, `select to_regclass('usertwo.credentials') is not null as made`)).toEqual([
      { made: true },
    ])
  })

  test('stops at an address that belongs to two, without repeating it', async () => {
    const url = await productionLike()
    await ask(
      url,
      `alter table users add column email varchar(100);
      insert into users values (2, 'b', now(), 'X@y.z'), (3, 'c', now(), 'x@Y.z')`,
    )
    const before = await dump(url)
    const error = await migrate(url, OPTIONS).catch((error: Error) => error)
    expect((error as Error).message).toMatch(/^(?!.*@).*nothing was changed:\n- 1 addresses in email/s)
    expect(await dump(url)).toBe(before)
  })

  test('stops at a key nothing can refer to, an unknown key and a view, and names each', async () => {
    const { url } = await freshDatabase()
    await ask(url, `create table users (id int); create view people as select * from users`)
    await expect(migrate(url, OPTIONS)).rejects.toThrow(/id is not a primary or unique key/)
    const other = (table: string, id: string) => migrate(url, { ...OPTIONS, users: { table, id } })
    await expect(other('users', 'user_id')).rejects.toThrow(/no column user_id; .* one of: id/)
    await expect(other('people', 'id')).rejects.toThrow(/it is a view/)
    await expect(migrate(url, { ...OPTIONS, ownerId: UUID })).rejects.toThrow(/owner.id .* is not a number/)
    await expect(migrate(url, { ...OPTIONS, ownerId: '01' })).rejects.toThrow(/owner.id .* is not a number/)
  })

  test('stops at an owner whose uuid a text key holds in upper case', async () => {
    const { url } = await freshDatabase()
    await ask(url, `create table users (id text primary key); insert into users values (upper('${UUID}'))`)
    await expect(migrate(url, { ...OPTIONS, ownerId: UUID })).rejects.toThrow(
      /id is text and holds the owner as 8A5A8A34-/,
    )
  })

  test('keeps an email column of the app, unmarked, through up and down', async () => {
    const url = await productionLike()
    await ask(url, `alter table users add column email text; update users set email = 'me@here'`)
    const before = await dump(url)
    await migrate(url, OPTIONS)
    const marked = await ask(
      url,
      `select attname from pg_attribute where attrelid = 'users'::regclass
         and col_description(attrelid, attnum) = 'usertwo: added'`,
    )
    expect(marked).toEqual([{ attname: 'is_admin' }])
    await down(url, { ...OPTIONS, to: 0 })
    expect(await dump(url)).toBe(before)
    expect(await ask(url, 'select email from users')).toEqual([{ email: 'me@here' }])
  })

  test('another schema, and names that need quotes', async () => {
    const { url } = await freshDatabase()
    await ask(url, `create schema "My App"; create table "My App"."user's" ("Id" serial primary key)`)
    const before = await dump(url)
    const options = { ...OPTIONS, users: { table: `My App.user's`, id: 'Id' } }
    await migrate(url, options)
    await ask(url, `insert into "My App"."user's" (email) values ('a@b')`)
    await down(url, { ...options, to: 0 })
    expect(await dump(url)).toBe(before)
  })
})

describe('the sequence behind users.id', () => {
  test('mistake 1: the first sign-up after user 1 with an explicit id gets id 2', async () => {
    const url = await productionLike()
    await migrate(url, OPTIONS)
    expect(await ask(url, `insert into users (username) values ('b') returning id`)).toEqual([{ id: 2 }])
  })

  test("with an empty users table no new user gets the owner's id", async () => {
    const url = await productionLike()
    await ask(url, 'truncate threads, users restart identity')
    await migrate(url, OPTIONS)
    expect(await ask(url, `insert into users (username) values ('b') returning id`)).toEqual([{ id: 2 }])
  })

  test('counts rows that row security hides from the login', async () => {
    const url = await productionLike()
    await ask(url, `insert into users (id, username) select n, 'u' || n from generate_series(2, 5) n`)
    await ask(
      url,
      `create policy mine on users using (id = 1) with check (true);
       create policy usertwo_system on users using (current_setting('usertwo.user_id', true) = 'system');
       alter table users enable row level security, force row level security`,
    )
    await migrate(url, OPTIONS)
    expect(await ask(url, `select nextval('users_id_seq')::int as id`)).toEqual([{ id: 6 }])
  })

  test('is never lowered, and is advanced again after a restore', async () => {
    const url = await productionLike('integer generated always as identity')
    await ask(url, `alter table users alter id restart with 500`)
    await migrate(url, OPTIONS)
    expect(await ask(url, `insert into users (username) values ('b') returning id`)).toEqual([{ id: 500 }])
    await ask(url, `alter table users alter id restart with 1`)
    await migrate(url, OPTIONS)
    expect(await ask(url, `insert into users (username) values ('c') returning id`)).toEqual([{ id: 501 }])
  })
})

describe('the sequence behind users.id, with rows that it will not reach', () => {
  test.each([
    ['a row at its end', 'serial', [2147483647], 2],
    ['a row beyond it', 'integer generated by default as identity (maxvalue 1000)', [7, 5000], 8],
    ['a sequence that goes down', 'integer generated by default as identity (increment -1)', [-3], -4],
  ])('%s', async (_what, type, ids, next) => {
    const url = await productionLike(type)
    for (const id of ids) await ask(url, `insert into users (id, username) values (${id}, 'u${id}')`)
    await migrate(url, OPTIONS)
    expect(await ask(url, `insert into users (username) values ('b') returning id`)).toEqual([{ id: next }])
  })
})

describe('S5, mistake 3: run again, at once, after an interruption', () => {
  test('twice applies once and changes nothing the second time', async () => {
    const url = await productionLike()
    expect((await status(url)).map(({ appliedAt }) => appliedAt)).toEqual(ALL.map(() => null))
    expect(await migrate(url, OPTIONS)).toEqual({ applied: ALL })
    const once = await dump(url)
    expect(await migrate(url, OPTIONS)).toEqual({ applied: [] })
    expect(await dump(url)).toBe(once)
    const after = await status(url)
    expect(after.map(({ name }) => name)).toEqual(ALL)
    expect(after.every(({ appliedAt }) => appliedAt instanceof Date)).toBe(true)
  })

  test('over columns that a restore brought back without the ledger', async () => {
    const [url, other] = [await productionLike(), await productionLike()]
    await migrate(url, OPTIONS)
    const once = await dump(url)
    await migrate(other, OPTIONS)
    await ask(other, 'drop schema usertwo cascade; drop index usertwo_users_email')
    await ask(other, 'create index usertwo_users_email on users (email)')
    await migrate(other, OPTIONS)
    expect(await dump(other)).toBe(once)
  })

  test('20 at once apply each migration once', async () => {
    const url = await productionLike()
    const results = await Promise.all(Array.from({ length: 20 }, () => migrate(url, OPTIONS)))
    expect(results.flatMap(({ applied }) => applied)).toEqual(ALL)
    const alone = await productionLike()
    await migrate(alone, OPTIONS)
    expect(await dump(url)).toBe(await dump(alone))
  })

  test('waits for a lock that another transaction holds on the users table', async () => {
    const url = await productionLike()
    const holder = new pg.Client(url)
    await holder.connect()
    await holder.query('begin; lock table users')
    const migrating = migrate(url, OPTIONS)
    await new Promise((done) => setTimeout(done, 2_500))
    await holder.query('rollback')
    await holder.end()
    expect(await migrating).toEqual({ applied: ALL })
  })

  const killed = async (url: string, direction: 'migrate' | 'down', statement: number): Promise<boolean> => {
    const module = await builtUrl('src/database/migrator.js')
    const script = `
      import { migrate, down } from ${JSON.stringify(module)}
      let left = ${statement}
      const onStatement = () => { if (left-- === 0) process.kill(process.pid, 'SIGKILL') }
      await ${direction}(${JSON.stringify(url)}, { ...${JSON.stringify({ ...OPTIONS, to: 0 })}, onStatement })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (text) => {
      said += text
    })
    const [code, signal] = await new Promise<[number | null, string | null]>((done) =>
      child.on('close', (...ended) => done(ended)),
    )
    if (signal !== 'SIGKILL' && code !== 0) throw new Error(said)
    return signal === 'SIGKILL'
  }

  /** Each kill starts a process. `npm run test:all` tries them all. */
  const STRIDE = process.env.SERIES === 'full' ? 1 : 9
  test('killed before statements in turn, up and down end as if never killed', {
    timeout: 600_000,
  }, async () => {
    const url = await productionLike()
    const bare = await dump(url)
    await migrate(url, OPTIONS)
    const full = await dump(url)
    await down(url, { ...OPTIONS, to: 0 })
    expect(await dump(url)).toBe(bare)
    let statements = 0
    for (; await killed(url, 'migrate', statements); statements += STRIDE) {
      await migrate(url, OPTIONS)
      expect(await dump(url), `killed before statement ${statements} of up`).toBe(full)
      await down(url, { ...OPTIONS, to: 0 })
    }
    expect(statements).toBeGreaterThan(25)
    expect(await dump(url)).toBe(full)
    for (statements = 0; await killed(url, 'down', statements); statements += STRIDE) {
      await down(url, { ...OPTIONS, to: 0 })
      expect(await dump(url), `killed before statement ${statements} of down`).toBe(bare)
      await migrate(url, OPTIONS)
    }
    expect(statements).toBeGreaterThan(8)
    expect(await dump(url)).toBe(bare)
    expect(await ask(url, 'select count(*)::int as n from threads')).toEqual([{ n: 100 }])
  })
})

describe('the login that migrates', () => {
  test('owns what it makes, also where its connections rest in the request role', async () => {
    const { url, adminUrl, name } = await freshDatabase()
    const login = new URL(url).username
    await ask(adminUrl, `alter role "${login}" in database "${name}" set role = '${requestRoleOf(name)}'`)
    await ask(adminUrl, `alter role "${login}" in database "${name}" set statement_timeout = '50ms'`)
    expect(await ask(url, 'select current_user as is').catch(() => [])).not.toEqual([{ is: login }])
    // All but one wait for the others' lock, longer than such a statement may take.
    await Promise.all([1, 2, 3].map(() => migrate(url, OPTIONS)))
    expect(
      await ask(
        adminUrl,
        `select distinct tableowner from pg_tables where schemaname in ('usertwo', 'public')`,
      ),
    ).toEqual([{ tableowner: login }])
  })

  test('that may not create schemas gets the SQL in the error, and needs no more than that', async () => {
    const { url, adminUrl, name } = await freshDatabase()
    const login = new URL(url).username
    await ask(url, 'create table users (id serial primary key)')
    await ask(adminUrl, `grant create on schema public to "${login}"`)
    await ask(adminUrl, `alter database "${name}" owner to postgres`)
    await expect(migrate(url, OPTIONS)).rejects.toThrow(
      /permission denied for database.*CREATE SCHEMA usertwo AUTHORIZATION that_login$/,
    )
    await ask(adminUrl, `create schema usertwo authorization "${login}"`)
    expect(await migrate(url, OPTIONS)).toEqual({ applied: ALL })
  })
})

test('a failure names migration, direction and statement, keeps the cause, and undoes its migration', async () => {
  const url = await productionLike()
  await ask(url, 'create schema usertwo; create table usertwo.user_sessions (mine int)')
  const error = await migrate(url, OPTIONS).catch((error: unknown) => error as MigrationError)
  expect(error).toBeInstanceOf(MigrationError)
  expect(error).toMatchObject({ migration: '0303-sessions', direction: 'up' })
  expect((error as Error).message).toMatch(
    /^Migration 0303-sessions \(up\) failed at "create table usertwo.user_sessions .*already exists$/s,
  )
  expect((error as Error).cause).toBeInstanceOf(pg.DatabaseError)
  expect((await status(url)).filter(({ appliedAt }) => appliedAt).map(({ name }) => name)).toEqual(
    ALL.slice(0, 2),
  )
  await ask(url, 'drop table usertwo.user_sessions')
  expect(await migrate(url, OPTIONS)).toEqual({ applied: ALL.slice(2) })
})
