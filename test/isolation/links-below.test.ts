// Requests with a secret of their own below the phase that separates rows, and what a start refuses.
import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import type { Knex } from 'knex'
import { afterAll, expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import type { Kit } from '../../src/core/kit.js'
import { withClient } from '../../src/database/with-client.js'
import { readLinkTables } from '../../src/phases/4-auth/without-login/link-tables.js'
import { type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const owned = { owner: 'user_id' }
const TABLES = { notes: owned, feeds: owned, shares: { access: 'closed' } } as const
const SCHEMA = `create table feeds (id serial primary key, secret text unique, part text, code int unique, many text, author text,
    user_id int not null references users);
  create unique index feeds_part on feeds (part) where part is not null;
  create unique index feeds_many on feeds (many, user_id);
  create table shares (token uuid primary key, note_id int references notes, other int);
  insert into feeds (secret, user_id) values ('anna-4f9a2c7e51b8', 1), ('bert-4f9a2c7e51b8', 2);`

function feeds(db: Knex) {
  const app = express()
  app.get('/health', (_req, res) => void res.json({}))
  app.get('/feeds/:secret', async (req, res) => {
    res.json((await db('feeds').where({ secret: req.params.secret }).first()) ?? null)
  })
  app.post('/hooks/:name', (_req, res) => void res.json({ taken: true }))
  return app
}

let app: WrappedApp | undefined
afterAll(() => app?.dispose())

const LINKS = { '/feeds/:token': { table: 'feeds', token: 'secret' } }
const HOOKS = { 'POST /hooks/a': { user: 1 }, 'POST /hooks/b': { user: 2 } }
const config = { tables: TABLES, routes: { public: ['GET /health'], links: LINKS, hooks: HOOKS } }
const PAGE = { accept: 'text/html', 'sec-fetch-mode': 'navigate' }
/** As a browser that opens a page: fetch would set headers of its own. */
async function statusOf(path: string, method = 'GET'): Promise<number> {
  const { port } = app!.server.address() as AddressInfo
  const sent = request({ port, host: '127.0.0.1', method, path, headers: PAGE, agent: false }).end()
  const [answer] = await once(sent, 'response')
  answer.resume()
  return answer.statusCode
}

test('at dial 5 the owner’s secret opens a page without a login, and another user’s waits', async () => {
  app = await wrappedApp(feeds, { config, schema: SCHEMA, env: { USERTWO_PHASE: '5' } })
  expect(await statusOf('/feeds')).toBe(302)
  expect(await statusOf('/feeds/anna-4f9a2c7e51b8')).toBe(200)
  expect(await statusOf('/feeds/bert-4f9a2c7e51b8')).toBe(503)
  expect(await statusOf('/feeds/none-4f9a2c7e51b8')).toBe(404)
  expect(await statusOf('/hooks/a', 'POST')).toBe(200)
  expect(await statusOf('/hooks/b', 'POST')).toBe(503)
}, 120_000)

test('what the database does not allow stops the start, by name', async () => {
  const problemsOf = (links: object, tables: object = TABLES) => {
    const parsed = parseConfig({ ...app!.config, tables, routes: { links } } as never)
    const kit = { config: parsed, has: () => true } as unknown as Kit
    return withClient(app!.urls.url, 'links', (client) => readLinkTables(kit, client)).then(
      () => [],
      (error) => error.problems,
    )
  }
  const at = (link: object) => problemsOf({ '/x/:token': link })
  const said = (text: string) => [`routes.links: "/x/:token": ${text}`]
  expect(await at({ table: 'feed', token: 'secret' })).toEqual(said('there is no table feed'))
  expect(await at({ table: 'feeds', token: 'secrets' })).toEqual(said('feeds has no column secrets'))
  expect(await at({ table: 'feeds', token: 'code' })).toEqual(
    said('feeds.code is integer; a token is text or a uuid that the app makes at random'),
  )
  expect(await at({ table: 'feeds', token: 'many' })).toEqual(
    said(
      'feeds.many has no unique index of its own, so that two rows may have one token: create unique index on "feeds" ("many")',
    ),
  )
  expect(await at({ table: 'feeds', token: 'secret', owner: 'writer' })).toEqual(
    said('feeds has no column writer'),
  )
  expect(await at({ table: 'shares', token: 'token', owner: { via: 'other' } })).toEqual(
    said('shares.other references no row'),
  )
  const forEach = { ...TABLES, feeds: { ...owned, unique: ['feeds_secret_key'] } }
  expect(await problemsOf({ '/x/:token': { table: 'feeds', token: 'secret' } }, forEach)).toEqual(
    said(
      'feeds.secret would be unique for each user alone: take feeds_secret_key out of tables.feeds.unique',
    ),
  )
  expect(await at({ table: 'shares', token: 'token' })).toEqual([
    expect.stringContaining('shares has no owner column'),
  ])
  expect(await at({ table: 'feeds', token: 'secret', owner: 'author' })).toEqual(
    said('its owner cannot be looked up (operator does not exist: integer = text)'),
  )
  for (const link of [
    { table: 'feeds', token: 'secret' },
    { table: 'feeds', token: 'part' },
    { table: 'public.feeds', token: 'secret', owner: 'user_id' },
    { table: 'shares', token: 'token', owner: { via: 'note_id' } },
  ])
    expect([link, await at(link)]).toEqual([link, []])
})
