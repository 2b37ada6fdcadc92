import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { wrappedApp } from '../../../../test/support/wrapped-app.js'
import { currentUserId } from '../../../index.js'

/** Another program on this machine; what it was sent. */
const sent: IncomingMessage[] = []
const other = createServer((req, res) => {
  sent.push(req)
  res.end('{}')
})
const portOf = (of: { address(): unknown }) => (of.address() as AddressInfo).port
beforeAll(() => new Promise<void>((done) => void other.listen(0, '127.0.0.1', done)))
afterAll(() => void other.close())

test.each(['authorization', 'x-access-token'])(
  'a redirect of an own call takes no login elsewhere: %s',
  async (header) => {
    const make = () => {
      const own = express()
      own.get('/api/away', (_req, res) => res.redirect(`http://127.0.0.1:${portOf(other)}/elsewhere`))
      own.get('/api/me', (_req, res) => void res.json({ me: currentUserId() }))
      own.post('/api/on', (_req, res) => res.redirect(303, '/api/me'))
      own.get('/page/:to', async (req, res) => {
        const method = req.params.to === 'on' ? 'POST' : 'GET'
        const url = `http://localhost:${req.socket.localPort}/api/${req.params.to}`
        res.json(await (await fetch(url, { method, headers: { accept: 'a/b' } })).json())
      })
      return own
    }
    const one = await wrappedApp(make, { config: { auth: { ownCalls: ['/api'], header } } })
    try {
      const { token } = one.people[1]!
      const ask = async (path: string) =>
        (await fetch(one.url + path, { headers: { [header]: `Bearer ${token}` } })).json()
      const before = sent.length
      expect(await ask('/page/away')).toEqual({})
      expect(await ask('/page/on')).toEqual({ me: 2 })
      const headers = sent.slice(before).map((req) => [req.headers[header], req.headers.accept])
      expect(headers).toEqual([[undefined, 'a/b']])
    } finally {
      await one.dispose()
    }
  },
)
