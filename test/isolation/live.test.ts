import { EventEmitter, once } from 'node:events'
import http, { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { constants, createGzip } from 'node:zlib'
import express, { type Response } from 'express'
import type { Knex } from 'knex'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { asUser, bindUser } from '../../src/index.js'
import type { Wrapped } from '../../src/wrap.js'
import { type Login, type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

let app: WrappedApp
let [first, second]: Login[] = []
const bus = new EventEmitter().setMaxListeners(0)
const waiting: Response[] = []
const waitingForHeader: Response[] = []
/** what came to the handlers that Node calls beside request listeners */
let reached: string[] = []
let readBySocket: unknown[] = []
let returned: (() => void)[] = []
const opened: { destroy(): unknown }[] = []

/**
 * Live parts as apps have them, all written for one user: events to every listener, long polls, callbacks.
 */
function makeApp(db: Knex) {
  const inner = express()
  inner.use(express.json())
  // As compression does: the answer goes through a stream that was made in the first request.
  inner.use((req, res, next) => {
    if (!req.query.gzip) return next()
    const gzip = createGzip()
    const { write } = res
    res.setHeader('content-encoding', 'gzip')
    gzip.on('data', (chunk) => write.call(res, chunk, 'utf8'))
    res.write = ((chunk: string) => {
      gzip.write(chunk)
      gzip.flush(constants.Z_SYNC_FLUSH)
      return true
    }) as typeof res.write
    next()
  })
  inner.post('/notes', async (req, res) => {
    const [note] = await db('notes').insert({ text: req.body.text }).returning('*')
    bus.emit('note', note.id)
    for (const one of waiting.splice(0)) one.json(note)
    for (const one of waitingForHeader.splice(0)) one.setHeader('x-note', note.text)
    res.status(201).json({ id: note.id })
  })
  // As a single-user app streams: it reads the new row and notifies every listener.
  inner.get('/stream', (req, res) => {
    res.setHeader('content-type', 'text/event-stream')
    res.flushHeaders()
    const tell = async (id: number) => {
      const note = await db('notes').where({ id }).first()
      res.write(`data: ${JSON.stringify(note ?? null)}\n\n`)
    }
    const listener = req.query.bound ? bindUser(tell) : tell
    bus.on('note', listener)
    res.on('close', () => bus.off('note', listener))
  })
  inner.get('/wait', (req, res) => void (req.query.header ? waitingForHeader : waiting).push(res))
  // A pool whose callback runs in the request that returns an object to it.
  inner.get('/callback', (_req, res) => {
    returned.push(() => void db('notes').then((rows) => res.json(rows)))
  })
  inner.get('/give-back', async (_req, res) => {
    for (const call of returned.splice(0)) call()
    res.json(await db('notes').pluck('text'))
  })
  inner.get('/become', (_req, res) => {
    void asUser(2, async () => res.json(await db('notes').pluck('text')))
  })
  inner.get('/health', (_req, res) => void res.json({ ok: true }))
  return Object.assign(inner, { db })
}

/** Takes sockets as `ws` does, and answers each line with the notes of its sender. */
function takeSockets(server: Server): void {
  server.on('upgrade', (req: IncomingMessage, socket: Duplex) => {
    reached.push(`upgrade ${req.url} ${req.headers.authorization ?? ''}${req.headers.cookie ?? ''}`)
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: lines\r\nconnection: upgrade\r\n\r\n')
    const tell = (line: string) => void socket.write(`${line}\n`)
    bus.on('line', tell)
    socket.on('close', () => bus.off('line', tell))
    socket.on('error', () => {})
    socket.on('end', () => socket.end())
    socket.on('data', async (data) => {
      if (String(data) === 'tell all') return void bus.emit('line', 'from a user')
      const rows = await app
        .db('notes')
        .pluck('text')
        .then(String, (error) => error.code)
      readBySocket.push(rows)
      socket.write(`${rows}\n`)
    })
  })
}

/** Takes requests of its own path before every other listener, as socket.io does. */
function takeRequests(server: Server): void {
  const others = server.listeners('request')
  server.removeAllListeners('request')
  server.on('request', async (req: IncomingMessage, res) => {
    if (!req.url?.startsWith('/live/')) {
      for (const other of others) other.call(server, req, res)
      return
    }
    reached.push(`request ${req.url}`)
    res.end(
      JSON.stringify(
        await app
          .db('notes')
          .pluck('text')
          .catch((error) => error.code),
      ),
    )
  })
}

beforeAll(async () => {
  app = await wrappedApp(makeApp, {
    serve: async (wrapped: Wrapped) => {
      const server = createServer(wrapped)
      takeSockets(server)
      takeRequests(server)
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      return server
    },
  })
  ;[first, second] = app.people
}, 60_000)
afterAll(() => app?.dispose())
afterEach(() => {
  for (const one of opened.splice(0)) one.destroy()
})
beforeEach(async () => {
  ;[reached, readBySocket, returned] = [[], [], []]
  await app.stored(`delete from notes; insert into notes (text, user_id) values ('a one', 1), ('b one', 2)`)
})

interface Upgraded {
  status: number
  /** what came, whole */
  got(): string
  send(text: string): void
  ended: Promise<unknown>
  close(): void
}

async function upgrade(path: string, headers: Record<string, string> = {}, url = app.url): Promise<Upgraded> {
  const req = http.request(url + path, {
    headers: { connection: 'upgrade', upgrade: 'lines', ...headers },
    agent: false,
  })
  req.end()
  const [res, socket] = await Promise.race([
    once(req, 'upgrade') as Promise<[IncomingMessage, Duplex]>,
    once(req, 'response') as Promise<[IncomingMessage, undefined]>,
  ])
  let got = ''
  const stream = socket ?? res
  stream.on('data', (chunk) => {
    got += chunk
  })
  stream.on('error', () => {})
  opened.push(stream)
  return {
    status: res.statusCode!,
    got: () => got,
    send: (text) => void socket?.write(text),
    ended: new Promise((done) => stream.once('close', done)),
    close: () => void stream.destroy(),
  }
}
const bearer = ({ token }: Login) => ({ authorization: `Bearer ${token}` })

describe('I47 an upgrade', () => {
  test.each([
    ['without a login', {}],
    ['with an invalid login', { authorization: 'Bearer x.y.z' }],
    ['with a token in the address', {}, '?access_token=x'],
  ])('%s never reaches the app', async (_, headers, query = '') => {
    const refused = await upgrade(`/socket${query}`, headers as Record<string, string>)
    expect(refused.status).toBe(401)
    await refused.ended
    expect(JSON.parse(refused.got())).toMatchObject({ code: 'authentication_required' })
    expect(reached).toEqual([])
  })

  test('of two people runs as each of them, many at once, without their credential', async () => {
    const sockets = await Promise.all(
      Array.from({ length: 20 }, (_, n) => upgrade('/socket', bearer(n % 2 ? second! : first!))),
    )
    expect(sockets.map(({ status }) => status)).toEqual(Array(20).fill(101))
    for (const socket of sockets) socket.send('mine?')
    await expect.poll(() => sockets.filter((socket) => socket.got() !== '').length).toBe(20)
    for (const [n, socket] of sockets.entries()) expect(socket.got()).toBe(n % 2 ? 'b one\n' : 'a one\n')
    expect(new Set(reached)).toEqual(new Set(['upgrade /socket ']))
    for (const socket of sockets) socket.close()
  })

  test('by cookie is taken from a page of the app, and refused from another', async () => {
    const cookie = await cookieOf(first!)
    for (const origin of [undefined, 'null', 'https://evil.example', `${app.url}.evil.example`]) {
      const refused = await upgrade('/socket', { cookie, ...(origin && { origin }) })
      expect([origin, refused.status]).toEqual([origin, 403])
      refused.close()
    }
    expect(reached).toEqual([])
    const taken = await upgrade('/socket', { cookie, origin: app.url })
    expect(taken.status).toBe(101)
    taken.close()
  })

  test('to a second server of the process needs a login too', async () => {
    const other = createServer()
    takeSockets(other)
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    const refused = await upgrade('/socket', {}, url)
    expect(refused.status).toBe(401)
    refused.close()
    const taken = await upgrade('/socket', bearer(second!), url)
    taken.send('mine?')
    await expect.poll(taken.got).toBe('b one\n')
    taken.close()
    other.close()
  })

  test('to a public path is accepted without a login, and reads nothing', async () => {
    const taken = await upgrade('/health')
    expect(taken.status).toBe(101)
    taken.send('mine?')
    await expect.poll(taken.got).toBe('no_current_user\n')
  })

  test('that is gone before it is known does no harm', async () => {
    const req = http.request(`${app.url}/socket`, {
      headers: { connection: 'upgrade', upgrade: 'lines', ...bearer(first!) },
    })
    req.on('error', () => {})
    req.end()
    await sleep(1)
    req.destroy()
    expect((await app.ask(null, 'GET', '/health')).status).toBe(200)
  })

  test('does not get what another person’s socket sends round', async () => {
    const [mine, theirs] = await Promise.all([
      upgrade('/socket', bearer(first!)),
      upgrade('/socket', bearer(second!)),
    ])
    const log = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    theirs.send('tell all')
    await mine.ended
    log.mockRestore()
    expect(mine.got()).toBe('')
    await expect.poll(theirs.got).toBe('from a user\n')
    theirs.close()
  })
})

describe('I47 a listener that takes requests before the layers', () => {
  test('gets no anonymous request, and a user’s requests run as that user', async () => {
    expect((await app.ask(null, 'GET', '/live/?transport=polling')).status).toBe(401)
    expect(reached).toEqual([])
    expect(await (await app.ask(second!, 'GET', '/live/x')).json()).toEqual(['b one'])
    expect(await (await app.ask(first!, 'GET', '/give-back')).json()).toEqual(['a one'])
    expect((await app.ask(null, 'GET', '/give-back')).status).toBe(401)
    expect((await app.ask(null, 'GET', '/health')).status).toBe(200)
  })

  test('gets none by Expect: 100-continue', async () => {
    app.server.on('checkContinue', (req, res) => {
      reached.push(`continue ${req.url}`)
      res.end('open')
    })
    const req = http.request(`${app.url}/notes`, { method: 'POST', headers: { expect: '100-continue' } })
    req.end('{}')
    const [res] = (await once(req, 'response')) as [IncomingMessage]
    res.resume()
    app.server.removeAllListeners('checkContinue')
    expect(res.statusCode).toBe(401)
    expect(reached).toEqual([])
  })
})

describe('I47 what one person’s request wakes for another', () => {
  const quiet = () => vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const errorsOf = (log: ReturnType<typeof quiet>) => log.mock.calls.map(([line]) => String(line)).join('')

  test.each([
    ['/stream', 'a stream'],
    ['/stream?gzip=1', 'a stream that is compressed'],
  ])('%s: %s never sends another user’s row: it ends, and the log says what to do', async (path) => {
    const log = quiet()
    const mine = await app.ask(first!, 'GET', path)
    expect((await app.ask(second!, 'POST', '/notes', { text: 'b secret' })).status).toBe(201)
    const got = await mine.text().catch(() => 'ended')
    const errors = errorsOf(log)
    log.mockRestore()
    expect(got).toBe('ended')
    expect(errors).toContain('AsyncResource.bind')
    expect(errors).not.toContain('b secret')
  })

  test('a stream with a bound listener sends its user’s rows, and no others', async () => {
    const mine = await app.ask(first!, 'GET', '/stream?bound=1')
    const reader = mine.body!.getReader()
    await app.ask(second!, 'POST', '/notes', { text: 'b secret' })
    await app.ask(first!, 'POST', '/notes', { text: 'a two' })
    let got = ''
    while (!got.includes('a two')) got += new TextDecoder().decode((await reader.read()).value)
    await reader.cancel()
    expect(got).toMatch(/^data: null\n\ndata: \{.*"a two"/)
  })

  test('a waiting request does not get their row', async () => {
    const log = quiet()
    const mine = app.ask(first!, 'GET', '/wait').then(
      (answer) => answer.text(),
      () => 'ended',
    )
    await expect.poll(() => waiting.length).toBe(1)
    await app.ask(second!, 'POST', '/notes', { text: 'b secret' })
    expect(JSON.parse(await mine).code).toBe('foreign_row_in_answer')
    log.mockRestore()
  })

  test('a waiting request does not get their row in a header', async () => {
    const log = quiet()
    const mine = app.ask(first!, 'GET', '/wait?header=1').then(
      (answer) => answer.headers.get('x-note'),
      () => 'ended',
    )
    await expect.poll(() => waitingForHeader.length).toBe(1)
    await app.ask(second!, 'POST', '/notes', { text: 'b secret' })
    expect(await mine).toBe('ended')
    log.mockRestore()
  })

  test('a callback does not give their rows', async () => {
    const log = quiet()
    const mine = app.ask(first!, 'GET', '/callback').then(
      (answer) => answer.text(),
      () => 'ended',
    )
    await expect.poll(() => returned.length).toBe(1)
    expect(await (await app.ask(second!, 'GET', '/give-back')).json()).toEqual(['b one'])
    expect(JSON.parse(await mine).code).toBe('foreign_row_in_answer')
    log.mockRestore()
  })

  test('the same person’s other requests may wake it, and a request may answer as whom it became', async () => {
    const mine = app.ask(first!, 'GET', '/callback')
    await expect.poll(() => returned.length).toBe(1)
    await app.ask(first!, 'GET', '/give-back')
    expect(await (await mine).json()).toMatchObject([{ text: 'a one' }])
    expect(await (await app.ask(first!, 'GET', '/become')).json()).toEqual(['b one'])
  })
})

describe('I47, I70 what stays open ends with its login', () => {
  const ENDS: [string, (login: Login) => Promise<unknown>][] = [
    ['a logout', (login) => app.ask(login, 'POST', '/api/auth/logout')],
    [
      'its user being disabled',
      async () => app.stored('insert into usertwo.credentials (user_id, is_active) values (2, false)'),
    ],
  ]
  test.each(ENDS)(
    'after %s',
    async (_, end) => {
      const [ending, staying] = [await app.login(2), await app.login(1)]
      const streams = await Promise.all([ending, staying].map((who) => app.ask(who, 'GET', '/stream')))
      const sockets = await Promise.all([ending, staying].map((who) => upgrade('/socket', bearer(who))))
      let over = 0
      const bodies = streams.map((stream) =>
        stream.text().then(
          () => over++,
          () => over++,
        ),
      )
      await end(ending)
      await Promise.all([bodies[0], sockets[0]!.ended])
      await sleep(100)
      expect(over).toBe(1)
      sockets[1]!.send('mine?')
      await expect.poll(sockets[1]!.got).toBe('a one\n')
      await app.stored('delete from usertwo.credentials')
      for (const socket of sockets) socket.close()
    },
    20_000,
  )
})

/** The login as a browser keeps it. */
async function cookieOf(who: Login): Promise<string> {
  const { cookies } = await import('../../src/phases/4-auth/sessions/cookies/cookies.js')
  const { parseSettings } = await import('../../src/config/settings.js')
  return `${cookies(parseSettings(app.env)).login}=${who.token}`
}
