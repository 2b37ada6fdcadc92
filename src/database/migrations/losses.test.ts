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
