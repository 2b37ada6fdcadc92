// A view in the query builder: the query layer lets it pass where requests may read it, and the database keeps it to own rows.
import express from 'express'
import type { Knex } from 'knex'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const SCHEMA = `
  create table tags (id serial primary key, name text);
  insert into tags (name) values ('comic');
  create view texts with (security_invoker = true) as select id, text from notes;
  create view of_tags as select name from tags;
  create view names as select * from of_tags;
  create view all_texts as select text from notes;
  create view beyond as select text from all_texts;
  create materialized view kept as select text from notes`

const VIEWS = ['texts', 'of_tags', 'names', 'all_texts', 'beyond', 'kept']

let one: WrappedApp
beforeAll(async () => {
  one = await wrappedApp(
    (db: Knex) => {
      const app = express()
      app.get('/all/:view', async ({ params }, res) => {
        const rows = await db(params.view).catch(({ code }: { code: string }) => code)
        res.json(rows)
      })
      app.get('/joined', async (_req, res) => {
        const rows = await db('notes as n').join('texts as t', 't.id', 'n.id').orderBy('n.id').pluck('t.text')
        res.json(rows)
      })
      app.post('/texts', async (_req, res) => {
        await db('texts').where({ text: 'of one' }).update({ text: 'changed' })
        res.json(await db('texts').orderBy('id').pluck('text'))
      })
      return app
    },
    {
      users: 2,
      schema: SCHEMA,
      config: { tables: { notes: { owner: 'user_id' }, tags: { access: 'reference' } } },
    },
  )
  await one.stored(`insert into notes (text, user_id) values ('of one', 1), ('of two', 2);
    grant select on ${VIEWS.join(', ')} to public; refresh materialized view kept`)
})
afterAll(() => one?.dispose())

const asked = async (method: string, path: string, user: number) =>
  (await one.ask(one.people[user - 1]!, method, path)).json()
const get = (path: string, user: number) => asked('GET', path, user)

test('a view that reads with the rights of its caller shows each user their own rows', async () => {
  expect(await get('/all/texts', 1)).toEqual([{ id: 1, text: 'of one' }])
  expect(await get('/all/texts', 2)).toEqual([{ id: 2, text: 'of two' }])
  expect(await get('/joined', 2)).toEqual(['of two'])
  expect(await asked('POST', '/texts', 2)).toEqual(['of two'])
})

test('so does one over reference tables alone, and each other view stays refused', async () => {
  expect(await get('/all/of_tags', 2)).toEqual([{ name: 'comic' }])
  expect(await get('/all/names', 2)).toEqual([{ name: 'comic' }])
  for (const view of ['all_texts', 'beyond', 'kept'])
    expect([view, await get(`/all/${view}`, 2)]).toEqual([view, 'unclassified_table'])
})
