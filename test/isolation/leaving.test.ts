import express from 'express'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { connect } from '../../src/database/connect.js'
import { asInjectedUser, asSystem, asUser, injectUser } from '../../src/index.js'
import { setActive } from '../../src/phases/4-auth/admin/disable-user.js'
import { removeUser, triedRemoval } from '../../src/phases/4-auth/privacy/remove-user.js'
import { createUser } from '../../src/phases/4-auth/registration/create-user.js'
import { reconcileOwnership } from '../../src/phases/6-isolation/schema/reconcile.js'
import { PILE_TABLES, type Pile, pile } from '../support/ownership-pile.js'
import { rawRequest, statusOf as rawStatusOf } from '../support/raw-http.js'
import { type Login, type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

describe('I70 a user of the app', () => {
  let app: WrappedApp
  let own: ReturnType<typeof connect>
  let leaving: Login
  let count = 0
  let addresses = 0
  beforeAll(async () => {
    app = await wrappedApp((db) => {
      const inner = express()
      inner.get('/notes', async (_req, res) => res.json(await db('notes').pluck('text')))
      inner.delete('/users/:id', async (req, res) => {
        await db('users').where({ id: req.params.id }).delete()
        res.status(204).end()
      })
      return inner
    })
    own = connect(app.urls.url, { system: true, max: 1 })
  }, 60_000)
  afterAll(async () => {
    await own?.destroy()
    await app?.dispose()
  })
  const make = () =>
    createUser(
      own,
      parseConfig(app.config),
      { email: `leaving${count}@example.com`, password: PASSWORD },
      { cost: 4 },
    )
  beforeEach(async () => {
    count++
    leaving = await app.login(Number(await make()))
    await app.stored(`insert into notes (text, user_id) values ('theirs', ${leaving.id}), ('kept', 1)`)
  })
  const PASSWORD = 'a good long password for one'
  const statusOf = async (who: Login) => (await app.ask(who, 'GET', '/notes')).status
  // Past fetch: in the app's own process that is one of its sinks, and the password is kept from it.
  const login = async () => {
    const body = JSON.stringify({ email: `leaving${count}@example.com`, password: PASSWORD })
    addresses++
    return rawStatusOf(
      await rawRequest(
        Number(new URL(app.url).port),
        `POST /api/auth/login HTTP/1.1\r\nhost: app\r\nconnection: close\r\ncontent-type: application/json\r\n` +
          `x-forwarded-for: 10.0.0.${addresses}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      ),
    )
  }
  const notes = () =>
    app.stored(`select text, user_id from notes where user_id in (1, ${leaving.id}) order by id desc limit 2`)

  test('who is disabled is out at once, everywhere; the rows stay theirs, and the logins end for good', async () => {
    expect([await statusOf(leaving), await login()]).toEqual([200, 200])
    const job = asUser(leaving.id, () => injectUser({}))
    await setActive(own, leaving.id, false)
    expect([await statusOf(leaving), await login()]).toEqual([401, 401])
    await expect(asInjectedUser(job, () => 1)).rejects.toMatchObject({ code: 'job_refused' })
    expect(await notes()).toEqual([
      { text: 'kept', user_id: 1 },
      { text: 'theirs', user_id: leaving.id },
    ])
    await setActive(own, leaving.id, true)
    expect([await statusOf(leaving), await login()]).toEqual([401, 200])
    expect(await asInjectedUser(job, () => 1)).toBe(1)
  })

  test('is not removed while rows are theirs, by the app’s own code or by a request', async () => {
    const removed = asSystem('test', async () => app.db('users').where({ id: leaving.id }).delete())
    await expect(removed).rejects.toMatchObject({ code: '23503' })
    for (const who of [leaving, app.people[0]!])
      expect((await app.ask(who, 'DELETE', `/users/${leaving.id}`)).status).toBe(500)
    expect(await statusOf(leaving)).toBe(200)
  })

  test.each([
    [
      'by the app’s own code',
      () =>
        asSystem('test', async () => {
          await app.db('notes').where({ user_id: leaving.id }).delete()
          await app.db('users').where({ id: leaving.id }).delete()
        }),
    ],
    ['with all their rows', () => removeUser(own, parseConfig(app.config), leaving.id)],
  ])(
    'a user removed %s is logged out at once, and the address starts again without their rows',
    async (_, remove) => {
      const job = asUser(leaving.id, () => injectUser({}))
      await remove()
      expect([await statusOf(leaving), await login()]).toEqual([401, 401])
      await expect(asInjectedUser(job, () => 1)).rejects.toMatchObject({ code: 'job_refused' })
      expect(await notes()).toMatchObject([{ user_id: 1 }, { user_id: 1 }])
      expect(await app.stored(`select from usertwo.user_sessions where user_id = ${leaving.id}`)).toEqual([])
      const again = await app.login(Number(await make()))
      expect(again.id).toBeGreaterThan(leaving.id)
      expect(await (await app.ask(again, 'GET', '/notes')).json()).toEqual([])
      expect([await statusOf(leaving), await login()]).toEqual([401, 200])
      await expect(asInjectedUser(job, () => 1)).rejects.toMatchObject({ code: 'job_refused' })
    },
  )

  test('leaves an id that is never given again, also where the sequence was set back', async () => {
    await removeUser(own, parseConfig(app.config), leaving.id)
    await app.stored(`select setval('users_id_seq', 2)`)
    expect(Number(await make())).toBeGreaterThan(leaving.id)
  })

  test('the owner is not removed', async () => {
    await expect(removeUser(own, parseConfig(app.config), 1)).rejects.toThrow('The owner cannot be removed')
    await expect(removeUser(own, parseConfig(app.config), 999_999)).rejects.toThrow(
      'User 999999 does not exist',
    )
  })
})

describe('I70 removal', () => {
  let db: Pile
  let own: ReturnType<typeof connect>
  const config = parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users' },
    tables: PILE_TABLES as never,
  })
  beforeAll(async () => {
    db = await pile()
    await reconcileOwnership(db.app, db.plan)
    await db.admin.query(`create schema if not exists usertwo;
      create table usertwo.audit (event text, user_id int, details jsonb); grant all on usertwo.audit to ${db.plan.login}`)
    own = connect(db.url, { system: true, max: 1 })
  })
  afterAll(async () => {
    await own?.destroy()
    await db?.close()
  })
  beforeEach(async () => {
    await db.admin.query(`delete from snapshots where user_id = 2; delete from events where user_id = 2;
      delete from sessions where user_id = 2; delete from threads where user_id = 2; delete from users where id = 2;
      insert into users values (2, 'second');
      insert into threads (id, title, user_id) values (50, 'theirs', 2);
      insert into sessions (id, user_id, pending_thread_id) values (60, 2, 50);
      insert into events (id, type, session_id, thread_id, user_id) values (70, 'roll', 60, 50, 2);
      insert into snapshots (session_id, event_id, thread_states, user_id) values (60, 70, '{}', 2)`)
  })
  const print = async () => {
    const tables = ['threads', 'sessions', 'events', 'snapshots', 'settings']
    const found: unknown[] = []
    for (const table of tables)
      found.push((await db.admin.query(`select * from ${table} where user_id = 1 order by id`)).rows)
    return JSON.stringify(found)
  }

  test('takes rows that point to each other, in the order their keys ask for, and no row of anybody else’s', async () => {
    const before = await print()
    expect(await removeUser(own, config, 2)).toEqual({
      threads: 1,
      sessions: 1,
      events: 1,
      snapshots: 1,
      settings: 0,
    })
    expect(await print()).toBe(before)
    expect((await db.admin.query('select id from users order by 1')).rows).toEqual([{ id: 1 }])
    expect((await db.admin.query('select * from usertwo.audit')).rows).toEqual([
      { event: 'user_removed', user_id: 2, details: { called: [expect.stringMatching(/^[0-9a-f]{64}$/)] } },
    ])
  })

  test.each([
    [
      'a shared row that refers to the user',
      `alter table tasks add column made_by int references users on delete cascade;
      insert into tasks (title, made_by) values ('shared', 2)`,
      `delete from tasks where title = 'shared'; alter table tasks drop column made_by`,
      /would go or change through a foreign key: tasks 1\./,
    ],
    [
      'another user’s row that refers to one that goes',
      `alter table settings add column thread int references threads on delete cascade;
      insert into settings (thread, user_id) values (50, 1)`,
      `delete from settings where thread = 50; alter table settings drop column thread`,
      /would go or change through a foreign key: settings 1\./,
    ],
  ])('stops, and removes nothing, at %s', async (_, sql, undo, said) => {
    await db.admin.query(sql)
    try {
      await expect(triedRemoval(own, config, 2)).rejects.toThrow(said)
      await expect(removeUser(own, config, 2)).rejects.toThrow(said)
      const { rows } = await db.admin.query('select from events where user_id = 2')
      expect(rows).toHaveLength(1)
    } finally {
      await db.admin.query(undo)
    }
  })

  test('goes on where a row of another user changes, as the app’s keys and triggers have it', async () => {
    await db.admin.query(`alter table settings add column thread int references threads on delete set null;
      insert into settings (thread, user_id) values (50, 1)`)
    expect(await removeUser(own, config, 2)).toMatchObject({ threads: 1 })
    const { rows } = await db.admin.query('select thread from settings where user_id = 1')
    expect(rows).toContainEqual({ thread: null })
    await db.admin.query('delete from settings where thread is null; alter table settings drop column thread')
  })

  test('counts the rows of a table without an owner that go along, in the trial too', async () => {
    await db.admin.query(`alter table agent_metrics add constraint of_thread
        foreign key (task_id) references threads on delete cascade;
      insert into agent_metrics (id, task_id) values (1, 50), (2, null)`)
    const counts = { threads: 1, sessions: 1, events: 1, snapshots: 1, settings: 0, agent_metrics: 1 }
    expect(await triedRemoval(own, config, 2)).toEqual(counts)
    expect((await db.admin.query('select id from users order by 1')).rows).toHaveLength(2)
    expect(await removeUser(own, config, 2)).toEqual(counts)
    await db.admin.query('delete from agent_metrics; alter table agent_metrics drop constraint of_thread')
  })

  test('stops, and removes nothing, while a table without an owner still refers to a row', async () => {
    await db.admin.query(`alter table agent_metrics add foreign key (task_id) references threads;
      insert into agent_metrics (id, task_id) values (1, 50)`)
    await expect(removeUser(own, config, 2)).rejects.toThrow(/threads.* still pointed to/)
    expect((await db.admin.query('select count(*)::int as n from events where user_id = 2')).rows).toEqual([
      { n: 1 },
    ])
    await db.admin.query('delete from agent_metrics')
  })
})
