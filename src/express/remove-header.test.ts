import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { removeHeader } from './remove-header.js'

/** What a request with these headers looks like after `change`. */
async function received(change: (req: IncomingMessage) => void, headers: Record<string, string | string[]>) {
  const server = createServer((req, res) => {
    change(req)
    const { headers, headersDistinct, rawHeaders } = req
    res.end(JSON.stringify({ headers, headersDistinct: { ...headersDistinct }, rawHeaders }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const { port } = server.address() as AddressInfo
    const text = await new Promise<string>((resolve, reject) => {
      const sent = request({ port, host: '127.0.0.1', headers: { host: 'app', ...headers } }, (res) => {
        let body = ''
        res.on('data', (piece) => {
          body += piece
        })
        res.on('end', () => resolve(body))
      })
      sent.on('error', reject).end()
    })
    return JSON.parse(text)
  } finally {
    server.close()
  }
}

const SENT = { 'X-Before': '1', Authorization: 'Bearer secret', 'X-List': ['a', 'b'], 'X-After': '2' }

test.each([
  ['was read before', (req: IncomingMessage) => void req.headersDistinct],
  ['was not read', () => {}],
])('removes a header in every form, and no other, where headersDistinct %s', async (_when, read) => {
  const seen = await received((req) => {
    read(req)
    removeHeader(req, 'authorization')
  }, SENT)
  expect(JSON.stringify(seen)).not.toMatch(/authorization|secret/i)
  expect(seen.headers).toMatchObject({ 'x-before': '1', 'x-list': 'a, b', 'x-after': '2' })
  expect(seen.headersDistinct).toMatchObject({ 'x-before': ['1'], 'x-list': ['a', 'b'], 'x-after': ['2'] })
  expect(seen.rawHeaders).toEqual(
    expect.arrayContaining(['X-Before', '1', 'X-List', 'a', 'X-List', 'b', 'X-After', '2']),
  )
})

test('removes nothing where the header was not sent', async () => {
  const { Authorization: _, ...others } = SENT
  const [untouched, touched] = [
    await received(() => {}, others),
    await received((req) => removeHeader(req, 'authorization'), others),
  ]
  expect(touched).toEqual(untouched)
})
