import express from 'express'
import request from 'supertest'
import { expect, test } from 'vitest'
import { parseConfig } from '../../../src/config/config.js'
import type { Answer } from '../../gate/app/http.js'
import { newMark } from '../fixture/canary.js'
import type { World } from '../fixture/world.js'
import { openSpider, shownAt } from './spider.js'

const [url, title] = [newMark(), newMark()]
const canaries = new Map([
  [url, 'bookmarks.url'],
  [title, 'bookmarks.title'],
])
const app = express()
app.get('/files/:name', (req, res) => void res.send(`${req.params.name} is a file of the owner`))
app.get('/moved/:name', (req, res) => res.redirect(`/gone/${req.params.name}`))
app.get('/refused/:name', (_req, res) => void res.status(403).send(`only for the owner of ${title}`))

async function shown(path: string) {
  const { status, text, headers } = await request(app).get(path).redirects(0)
  return shownAt(path, { status, body: text, headers } as unknown as Answer, canaries).map(({ what }) => what)
}

test('a 404 of Express that repeats the address shows nothing', async () => {
  expect(await shown(`/example.com/${url}`)).toEqual([])
})

test('a redirect to what belongs to the owner shows its name', async () => {
  expect(await shown(`/moved/${url}`)).toHaveLength(1)
})

test('an answer with the file itself shows its name', async () => {
  expect(await shown(`/files/${url}`)).toEqual([
    'bookmarks.url of the owner was shown to another user, in what an answer names',
  ])
})

test('a refusal shows what the address does not hold', async () => {
  expect(await shown(`/refused/${url}`)).toEqual([
    'bookmarks.title of the owner was shown to another user, in what an answer names',
  ])
})

test('a link that ends the app’s own login is not followed', async () => {
  const asked: string[] = []
  const config = parseConfig({
    app: { start: ['node', 'server.js'] },
    owner: { id: 1 },
    users: { table: 'users', password: 'hash' },
    tables: {},
    auth: {
      by: 'app',
      user: () => null,
      login: { post: '/log-in' },
      register: { post: '/sign-up' },
      logout: '/log-out',
      lookups: { users: ['email', 'id'] },
    },
  })
  const answer = { status: 200, headers: {}, json: undefined, ms: 1 }
  const person = { name: 'other', headers: {}, address: '127.0.0.1' }
  const world = {
    gate: { config, phase: 6, people: async () => ({ anonymous: person }) },
    target: {
      url: 'http://127.0.0.1:1',
      ask: async (_method: string, path: string) => {
        asked.push(path)
        return { ...answer, body: '' }
      },
    },
    other: person,
    secretsOf: async () => ({ canaries }),
  } as unknown as World
  const spider = openSpider(world, [])
  const body = '<a href="/log-out">Out</a> <a href="/log-out?from=/">Out</a> <a href="/about">About</a>'
  await spider.after(
    { method: 'GET', path: '/' } as Parameters<typeof spider.after>[0],
    { ...answer, body } as unknown as Answer,
  )
  expect([...new Set(asked)]).toEqual(['/about'])
})
