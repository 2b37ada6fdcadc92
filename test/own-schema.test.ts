// The app's own schema has one print on every major of PostgreSQL. The prints below were the same on 13, 14, 15, 16, 17 and 18.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ownSchema } from '../src/database/catalog/own-schema.js'
import { withClient } from '../src/database/with-client.js'
import { freshDatabase } from './support/postgres.js'
import { serverPrograms, startInstalled } from './support/server-programs.js'

const SHAPES = readFileSync(fileURLToPath(new URL('upgrade/shapes.sql', import.meta.url)), 'utf8')

const printsOn = (url: string) =>
  withClient(url, 'test', async (client) => {
    await client.query(SHAPES)
    const { rows } = await client.query<{ role: string }>('select current_user as role')
    return ownSchema(client, [rows[0]!.role])
  })

test('U15: is printed alike by the server of the tests and by that of this machine', async () => {
  const prints = await printsOn((await freshDatabase()).url)
  expect(prints).toMatchInlineSnapshot(`
    {
      "function public.total()": "2c528cd9a4f359af",
      "table public.boards": "eb41117d4253d1fa",
      "table public.cards": "db9cd9a73417a780",
      "table public.events": "fe05144084fd9067",
      "table public.users": "8b474c34927d0d72",
      "view public.counts": "652e2990505f13bb",
      "view public.latest": "3216ffb06a9cf0a1",
      "view public.plain": "f09d4e4affe73039",
    }
  `)
  const programs = serverPrograms()
  if (!programs) return
  const installed = await startInstalled(programs)
  try {
    expect(await printsOn(installed.url), installed.version).toEqual(prints)
  } finally {
    await installed.stop()
  }
})

test('has another print of exactly the object that was changed', async () => {
  const { url } = await freshDatabase()
  const before = await printsOn(url)
  for (const [change, name] of [
    ['alter table cards alter column body set not null', 'table public.cards'],
    [
      'create or replace view plain as select id, title from boards where price > 2 order by title',
      'view public.plain',
    ],
    ['alter table users add column more text', 'table public.users'],
    ['create index more on events (at)', 'table public.events'],
    [
      "create or replace function total() returns bigint language sql security definer set search_path = public as 'select 1::bigint'",
      'function public.total()',
    ],
  ] as const) {
    const after = await withClient(url, 'test', async (client) => {
      await client.query('begin')
      await client.query(change)
      const { rows } = await client.query<{ role: string }>('select current_user as role')
      const prints = await ownSchema(client, [rows[0]!.role])
      await client.query('rollback')
      return prints
    })
    const changed = Object.keys(before).filter((one) => before[one] !== after[one])
    expect(changed, change).toContain(name)
    expect(
      changed.filter((one) => one !== name && one !== `${name}_2026`),
      change,
    ).toEqual([])
  }
})
