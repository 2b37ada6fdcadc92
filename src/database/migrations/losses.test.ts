import { expect, test } from 'vitest'
import { asLogin } from '../../../proof/checks/8-rollout/as-login.js'
import { freshDatabase } from '../../../test/support/postgres.js'
import { down, migrate } from '../migrator.js'
import { lossesOf, SecondUserError } from './losses.js'

const OPTIONS = { users: { table: 'people', id: 'id' }, ownerId: 1 }

test('a table of users that the toolkit made counts whole, the last migration first', async () => {
  const { url } = await freshDatabase()
  await migrate(url, { ...OPTIONS, phase: 3 })
  const losses = await asLogin(url, (client) => lossesOf(client, { ...OPTIONS, to: 0 }))
  expect(losses[0]?.migration).toMatch(/^03/)
  expect(losses.at(-1)).toEqual({ migration: '0301-users', what: 'people', count: 1 })
  expect(losses.map(({ what }) => what)).toContain('usertwo.credentials')
  expect(await asLogin(url, (client) => lossesOf(client, { ...OPTIONS, to: 3 }))).toEqual([])
})

test('a table of users that the toolkit made stays where an owner column refers to it, and comes back whole', async () => {
  const { url } = await freshDatabase()
  await migrate(url, { ...OPTIONS, phase: 3 })
  await asLogin(url, async (client) => {
    await client.query('create table todos (id serial primary key, user_id int not null references people)')
    await client.query('insert into todos (user_id) values (1)')
    const losses = await lossesOf(client, { ...OPTIONS, to: 0 })
    expect(losses.slice(-2)).toEqual([
      { migration: '0301-users', what: 'people.email', count: 0 },
      { migration: '0301-users', what: 'people.is_admin', count: 0 },
    ])
    await down(url, { ...OPTIONS, to: 0 })
    expect(
      (await client.query('select t.user_id, p.* from todos t join people p on p.id = user_id')).rows,
    ).toEqual([{ user_id: 1, id: 1, username: null, created_at: expect.any(Date) }])
    await migrate(url, { ...OPTIONS, phase: 3 })
    expect((await client.query('select id, email, is_admin from people')).rows).toEqual([
      { id: 1, email: null, is_admin: false },
    ])
  })
})

test('down itself is refused, under its lock, while anybody but the owner can log in', async () => {
  const { url } = await freshDatabase()
  await migrate(url, { ...OPTIONS, phase: 3 })
  await asLogin(url, async (client) => {
    await client.query('insert into people (id) values (2), (3)')
    await client.query('insert into usertwo.credentials (user_id) values (1), (2), (3)')
  })
  const failure = await down(url, { ...OPTIONS, to: 0 }).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(SecondUserError)
  expect(failure).toMatchObject({ others: 2, message: expect.stringContaining('2 users besides the owner') })
  await expect(down(url, { ...OPTIONS, to: 3 })).resolves.toEqual({ undone: [] })
})
