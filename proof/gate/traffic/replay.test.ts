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
