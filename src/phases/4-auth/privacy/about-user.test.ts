import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, authApp } from '../../../../test/support/auth-app.js'
import { ABOUT_USER, ownTables } from './own-tables.js'

let one: AuthApp
beforeAll(async () => {
  one = await authApp()
})
afterAll(() => one.dispose())

/** Tables that point to users only through another one, with the way. */
const BY_ANOTHER = ['tokens']

test('every table of usertwo with rows about users is exported', async () => {
  const { rows } = await one.db.raw(
    `select distinct c.relname as name from pg_class c
     join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'usertwo'
     left join pg_attribute a on a.attrelid = c.oid and a.attname = 'user_id' and not a.attisdropped
     left join pg_constraint k on k.conrelid = c.oid and k.contype = 'f'
     where c.relkind = 'r' and (a.attname is not null or k.oid is not null)`,
  )
  const names = rows.map(({ name }: { name: string }) => name).sort()
  expect(names).toEqual(Object.keys(ABOUT_USER).sort())
  expect(names).toEqual(expect.arrayContaining(BY_ANOTHER))
})

test('no exported column is a secret or the hash of one, and each exists', async () => {
  const tables = await ownTables(one.db, one.kit.config, 1)
  for (const [name, { columns }] of Object.entries(ABOUT_USER)) {
    expect(columns.filter((column) => /hash|secret|token|jti|refresh|family|key/.test(column))).toEqual([])
    expect(tables.find(({ path }) => path === `account/${name}`)?.columns).toEqual(columns)
  }
})

test('the password of the app’s own table is left out', async () => {
  await one.db.raw('alter table users add column pw text')
  const config = { ...one.kit.config, users: { ...one.kit.config.users, password: 'pw' } }
  const [users] = await ownTables(one.db, config, 1)
  expect(users).toMatchObject({ path: 'app/users', where: ['?? = ?', ['id', 1]] })
  expect(users!.columns).toContain('username')
  expect(users!.columns).not.toContain('pw')
})
