import { expect, test } from 'vitest'
import { withOwnTargets } from './conflict-target.js'

const TARGETS = new Map([
  ['settings', [{ owner: 'user_id', columns: ['key'], replaced: 'settings_pkey' }]],
  ['lists', [{ owner: 'user_id', columns: ['slug'], replaced: 'lists_live', partial: true }]],
  [
    'tags',
    [
      { owner: 'user_id', columns: [], expressions: ['lower((name)::text)'], replaced: 'tags_name' },
      {
        owner: 'user_id',
        columns: ['kind'],
        expressions: ['COALESCE(parent, 0)', "(data ->> 'day'::text)"],
        replaced: 'tags_place',
      },
    ],
  ],
  ['Odd "table"', [{ owner: 'owner"id', columns: ['place', 'Day'], replaced: 'odd_key' }]],
])
const own = (sql: string) => withOwnTargets(sql, (table) => TARGETS.get(table))

test.each([
  [
    'insert into settings (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value',
    'insert into settings (key, value) values ($1, $2) on conflict (key, "user_id") do update set value = excluded.value',
  ],
  [
    'INSERT INTO "public"."settings" ("key") VALUES ($1) ON CONFLICT ("key") DO NOTHING',
    'INSERT INTO "public"."settings" ("key") VALUES ($1) ON CONFLICT ("key", "user_id") DO NOTHING',
  ],
  [
    'insert into Settings as s (key) values ($1) on conflict /* (slug) */ ( KEY ) where true do nothing',
    'insert into Settings as s (key) values ($1) on conflict /* (slug) */ ( KEY , "user_id") where true do nothing',
  ],
  [
    'insert into lists (slug) values ($1) on conflict (slug) where not gone do update set gone = false',
    'insert into lists (slug) values ($1) on conflict (slug, "user_id") where not gone do update set gone = false',
  ],
  [
    'insert into settings (key) values ($1) on conflict on constraint settings_pkey do nothing',
    'insert into settings (key) values ($1) on conflict ("key", "user_id") do nothing',
  ],
  [
    'insert into "Odd ""table""" values ($1) on conflict ("Day", place) do nothing',
    'insert into "Odd ""table""" values ($1) on conflict ("Day", place, "owner""id") do nothing',
  ],
  [
    'with made as (insert into settings (key) values ($1) on conflict (key) do nothing returning *) insert into tags (key) select key from made on conflict (key) do nothing',
    'with made as (insert into settings (key) values ($1) on conflict (key, "user_id") do nothing returning *) insert into tags (key) select key from made on conflict (key) do nothing',
  ],
  [
    'insert into tags (name) values ($1) on conflict (lower(name)) do update set name = excluded.name',
    'insert into tags (name) values ($1) on conflict (lower(name), "user_id") do update set name = excluded.name',
  ],
  [
    'insert into tags (name) values ($1) on conflict ((lower( "name" ::text ))) do nothing',
    'insert into tags (name) values ($1) on conflict ((lower( "name" ::text )), "user_id") do nothing',
  ],
  [
    "insert into tags values ($1) on conflict ((data ->> 'day'), kind, coalesce(parent, 0)) do nothing",
    'insert into tags values ($1) on conflict ((data ->> \'day\'), kind, coalesce(parent, 0), "user_id") do nothing',
  ],
])('%s names the index per user', (sql, expected) => {
  expect(own(sql)).toBe(expected)
})

test.each([
  'insert into settings (key) values ($1) on conflict (key, user_id) do nothing',
  'insert into "Odd ""table""" values ($1) on conflict (place, other) do nothing',
  'insert into "Odd ""table""" values ($1) on conflict (place) do nothing',
  'insert into settings (key) values ($1) on conflict (lower(key)) do nothing',
  'insert into settings (key) values ($1) on conflict (key collate "C") do nothing',
  'insert into tags (name) values ($1) on conflict (upper(name)) do nothing',
  'insert into tags (name) values ($1) on conflict (lower(name), kind) do nothing',
  'insert into tags (name) values ($1) on conflict (lower(name)',
  'insert into settings (key) values ($1) on conflict (value) do nothing',
  'insert into lists (slug) values ($1) on conflict (slug) do update set gone = false where not gone',
  'insert into settings (key) values ($1) on conflict do nothing',
  'insert into settings (key) values ($1) on conflict on constraint other do nothing',
  `insert into settings (key) values ('on conflict (key) do nothing')`,
  'insert into words (key) values ($1) on conflict (key) do nothing',
  'select conflict from settings where on_conflict = (key)',
  'insert into settings (key) values ($1) on conflict (key',
])('%s stays as it is written', (sql) => {
  expect(own(sql)).toBe(sql)
})
