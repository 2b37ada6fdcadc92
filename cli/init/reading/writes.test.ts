import { expect, test } from 'vitest'
import { fileParser } from '../../../reading/syntax/sources.js'
import { findWrites, tablesChangedBy } from './writes.js'

const written = async (text: string) => [
  ...findWrites([(await fileParser('.'))('server.js', `db.query(${text})`)]).keys(),
]

test.each([
  ['\'insert into "contact list" (phone) values ($1)\'', 'contact list'],
  ['\'UPDATE public."contact list" SET phone = $1\'', 'contact list'],
  ["'delete from public.notes where id = $1'", 'notes'],
  ["'truncate ?'", null],
])('a statement that changes rows names its table: %s', async (text, table) => {
  expect(await written(text)).toEqual([table])
})

const inModule = async (text: string) => [
  ...findWrites([(await fileParser('.'))('server.js', `const db = require('./db')\n${text}`)]).keys(),
]

test.each([
  [
    "db.insertInto('settings').values({ key }).onConflict((one) => one.column('key').doNothing()).execute()",
    'settings',
  ],
  ["db.updateTable('settings').set({ value }).where('key', '=', key).execute()", 'settings'],
  ["db.deleteFrom('settings').execute()", 'settings'],
  ["db('settings').where({ key }).update({ value })", 'settings'],
  ["const settings = () => db('settings')\nsettings().insert({ key })", null],
  ["const settings = () => db('settings')\nsettings().where({ key }).update({ value })", null],
])('a builder names the table that it changes, or changes one that is not known: %s', async (text, table) => {
  expect(await inModule(text)).toEqual([table])
})

test.each([
  "const { PrismaClient } = require('@prisma/client')\nnew PrismaClient().setting.upsert({ where: { key } })",
  "const { PrismaClient } = require('./generated/client')",
  "const { Model } = require('objection')\nSetting.query().insert({ key })",
  "const { drizzle } = require('drizzle-orm/node-postgres')\ndb.insert(settings).values({ key })",
  "const { MikroORM } = require('@mikro-orm/postgresql')\nem.persist(setting)",
])('which tables a library changes through its models is not known: %s', async (text) => {
  expect(await inModule(text)).toContain(null)
})

test.each([
  "const { createHash } = require('node:crypto')\ncreateHash('md5').update(text)",
  "router.delete('/settings/:key', remove)\nkept.delete(key)",
])('a hash, a router and a map change no table: %s', async (text) => {
  expect(await inModule(text)).toEqual([])
})

test.each([
  ['insert into public."Notes" (text) values ($1)', ['Notes']],
  ['with gone as (delete from only notes returning *) insert into old select * from gone', ['notes', 'old']],
  ['copy prices (id, cents) from stdin with (format csv)', ['prices']],
  ['COPY shop.prices FROM STDIN', ['prices']],
  ['copy prices to stdout', []],
  ['copy (select * from prices) to stdout', []],
  ['merge into stock s using given g on s.id = g.id when matched then delete', ['stock']],
  ['update ? set a = 1', [null]],
])('the tables that %s changes', (sql, tables) => {
  expect(tablesChangedBy(sql)).toEqual(tables)
})
