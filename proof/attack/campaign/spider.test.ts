import express from 'express'
import request from 'supertest'
import { expect, test } from 'vitest'
import type { Answer } from '../../gate/app/http.js'
import { newMark } from '../fixture/canary.js'
import { shownAt } from './spider.js'

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
