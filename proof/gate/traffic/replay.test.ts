import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { parseConfig } from '../../../src/config/config.js'
import type { Exchange } from './exchange.js'
import { playedAgain } from './replay.js'

const config = parseConfig({ app: { start: ['node', 'a.js'] }, owner: { id: 1 }, users: { table: 'users' } })
const recorded: Exchange[] = [
  {
    method: 'GET',
    path: '/checks',
    route: '/checks',
    request: { contentType: null, body: null },
    response: { status: 200, contentType: 'application/json', body: '[{"up":true}]' },
  },
]

let server: Server | undefined
afterEach(() => void server?.close())

/** An app whose start goes on after it listens: its rows are there after `ms`. */
async function appWithRowsAfter(ms: number) {
  const from = performance.now() + ms
  server = createServer((_req, res) => {
    res.setHeader('content-type', 'application/json')
    res.end(performance.now() < from ? '[]' : '[{"up":true}]')
  })
  await new Promise<void>((listening) => server!.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ask = async (method: string, path: string) => {
    const answer = await fetch(new URL(path, url), { method })
    const headers = Object.fromEntries(answer.headers)
    return { status: answer.status, headers, cookies: [], body: await answer.text() }
  }
  return { url, ask: ask as never }
}

const deviationsOf = async (target: Awaited<ReturnType<typeof appWithRowsAfter>>) => {
  const left = []
  for await (const one of playedAgain(target, recorded, { config })) left.push(...one.left)
  return left
}

test('what the start of an app goes on to make is waited for', async () => {
  expect(await deviationsOf(await appWithRowsAfter(700))).toEqual([])
})

test('a row that is missing by then is a deviation', async () => {
  expect(await deviationsOf(await appWithRowsAfter(60_000))).not.toEqual([])
})

test('an id that is in the new answer alone shifts none of the others', async () => {
  const listed = (...ids: string[]) => ids.map((id) => ({ id, note_id: `${id}-note` }))
  const json = (value: unknown) => ({
    status: 200,
    contentType: 'application/json',
    body: JSON.stringify(value),
  })
  const rows = { ...recorded[0]!, path: '/rows', route: '/rows', response: json(listed('a1', 'a2')) }
  const one = { ...recorded[0]!, path: '/rows/a2', route: '/rows/:id', response: json({ id: 'a2' }) }
  const asked: string[] = []
  const target = {
    url: 'http://127.0.0.1:1',
    async ask(_method: string, path: string) {
      asked.push(path)
      const found = path === '/rows' ? listed('b1', 'b2') : [{ id: path.slice('/rows/'.length) }]
      const answered = found.map((row) => ({ ...row, user_id: 'c1' }))
      const body = JSON.stringify(path === '/rows' ? answered : answered[0])
      return { status: 200, headers: { 'content-type': 'application/json' }, cookies: [], body }
    },
  }
  const left = []
  const added = new Set(['user_id'])
  for await (const played of playedAgain(target as never, [rows, one], { config, added }))
    left.push(...played.left)
  expect([asked, left]).toEqual([['/rows', '/rows/b2'], []])
})
