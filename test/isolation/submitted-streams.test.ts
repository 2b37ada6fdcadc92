// The events of a query with its own `submit` run for the user who sent it: cursors, streams of rows, COPY.
import { once } from 'node:events'
import http from 'node:http'
import { type Readable, Transform, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import express, { type Response } from 'express'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { currentUserId, scope } from '../../src/index.js'
import { require } from '../support/shared-tables.js'
import { type Login, type WrappedApp, wrappedApp } from '../support/wrapped-app.js'

const STREAMS: Record<string, number> = {
  '/copy': 200,
  '/copy-pipeline': 40,
  '/rows': 16,
  '/cursor': 16,
  '/by-hand': 16,
}
const ROWS = 1000
/** How often each row is in a download that is more than sockets hold, so that it waits for its reader. */
const OFTEN = 10

const copy: {
  to(text: string): pg.Submittable & Readable
  from(text: string): pg.Submittable & Writable
} = require('pg-copy-streams')
const QueryStream: new (text: string) => pg.Submittable & Readable = require('pg-query-stream')
const Cursor: new (
  text: string,
) => pg.Submittable & { read(rows: number, done: (error: unknown, rows: { id: number }[]) => void): void } =
  require('pg-cursor')

/** A query object that an app writes itself: pg calls its methods, which call back without an event. */
class ByHand implements pg.Submittable {
  constructor(
    readonly text: string,
    readonly row: (id: string) => void,
    readonly ended: (error?: Error) => void,
  ) {}
  submit(connection: pg.Connection): void {
    connection.query(this.text)
  }
  handleRowDescription(): void {}
  handleCommandComplete(): void {}
  handleDataRow({ fields: [id] }: { fields: Buffer[] }): void {
    this.row(String(id))
  }
  handleReadyForQuery(): void {
    this.ended()
  }
  handleError(error: Error): void {
    this.ended(error)
  }
}

const mine = (often: number) =>
  `select lpad(id::text, 300, '0') as id from notes cross join generate_series(1, ${often}) order by id`
const copyOf = (often: number) => copy.to(`copy (${mine(often)}) to stdout`)

type Answer = (client: pg.PoolClient, res: Response, done: (error?: Error) => void, often: number) => void

const routes: Record<string, Answer> = {
  // As the README of pg-copy-streams says.
  '/copy': (client, res, done, often) => {
    const stream = client.query(copyOf(often))
    stream.pipe(res)
    stream.on('end', done)
    stream.on('error', done)
  },
  '/copy-pipeline': (client, res, done, often) => {
    pipeline(client.query(copyOf(often)), res).then(() => done(), done)
  },
  '/rows': (client, res, done, often) => {
    const who = currentUserId()
    const lines = new Transform({
      writableObjectMode: true,
      transform: ({ id }, _, then) =>
        then(null, currentUserId() === who ? `${id}\n` : `as ${currentUserId()}\n`),
    })
    pipeline(client.query(new QueryStream(mine(often))), lines, res).then(() => done(), done)
  },
  '/cursor': (client, res, done) => {
    const who = currentUserId()
    const cursor = client.query(new Cursor(mine(1)))
    const read = () =>
      cursor.read(400, (error, rows) => {
        if (currentUserId() !== who) res.write(`as ${currentUserId()}\n`)
        if (error || rows.length === 0) {
          done()
          return res.end()
        }
        res.write(rows.map(({ id }) => `${id}\n`).join(''))
        read()
      })
    read()
  },
  '/by-hand': (client, res, done) => {
    const who = currentUserId()
    const lines: string[] = []
    const row = (id: string) => lines.push(currentUserId() === who ? id : `as ${currentUserId()}`)
    const ended = (error?: Error) => {
      done(error)
      res.end(currentUserId() === who ? lines.join('\n') : `as ${currentUserId()}`)
    }
    client.query(new ByHand(mine(1), row, ended))
  },
}

let app: WrappedApp
let pool: pg.Pool

beforeAll(async () => {
  app = await wrappedApp(
    () => {
      const inner = express()
      for (const [path, answer] of Object.entries(routes))
        inner.get(path, (req, res) => {
          pool.connect((failed, client, done) => {
            if (failed || !client) return res.status(500).end()
            answer(client, res, done, Number(req.query.often ?? 1))
          })
        })
      inner.post('/import', async (req, res) => {
        const client = await pool.connect()
        const seen = new Set<unknown>()
        const note = () => seen.add(currentUserId())
        try {
          await client.query('begin; create temp table lines (text text) on commit drop')
          const stream = client.query(copy.from(`copy ${req.query.into} from stdin`))
          for (const event of ['drain', 'finish', 'error', 'close']) stream.on(event, note)
          await pipeline(req, stream)
          const { rowCount } = await client.query('insert into notes (text) select text from lines')
          await client.query('commit')
          res.json({ rows: rowCount, seen: [...seen] })
        } catch (error) {
          await client.query('rollback')
          res.status(409).json({ code: (error as { code: string }).code, seen: [...seen] })
        } finally {
          client.release()
        }
      })
      return inner
    },
    { env: { LOG_LEVEL: 'info' } },
  )
  await app.stored(
    `insert into notes (text, user_id) select 'n', 1 + n % 2 from generate_series(1, ${2 * ROWS}) n`,
  )
  pool = scope(new pg.Pool({ connectionString: app.urls.url, max: 2 }))
})
afterAll(async () => {
  await pool?.end()
  await app?.dispose()
})
afterEach(async () => {
  await vi.waitFor(() => expect([pool.totalCount - pool.idleCount, pool.waitingCount]).toEqual([0, 0]), 5000)
})

const asked = async ({ token }: Login, path: string) => {
  const request = http.get(`${app.url}${path}`, { headers: { authorization: `Bearer ${token}` } })
  const [res] = (await once(request, 'response')) as [http.IncomingMessage]
  return res
}
async function read(who: Login, path: string): Promise<number[]> {
  let text = ''
  for await (const piece of await asked(who, path)) text += piece
  return text.trim().split('\n').map(Number)
}
const owned = async (id: number) =>
  (await app.stored<{ id: number }>(`select id from notes where user_id = ${id} order by id`)).map(
    (row) => row.id,
  )

test('a COPY from an owned table is counted as raw SQL, which the database alone keeps to its user', async () => {
  const lines: string[] = []
  const written = vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0)
  try {
    await fetch(`${app.url}/copy`, { headers: { authorization: `Bearer ${app.people[0]!.token}` } }).then(
      (answer) => answer.text(),
    )
  } finally {
    written.mockRestore()
  }
  const raw = lines.filter((line) => line.includes('"isolation.raw"'))
  expect(raw, lines.join('')).toHaveLength(1)
  expect(raw[0]).toContain('from notes')
})

test.each(Object.entries(STREAMS))(
  'by %s, %i answers to two users at once on two connections are whole and their own',
  async (path, streams) => {
    const expected = [await owned(1), await owned(2)]
    let wrong = 0
    const ask = async (at: number) => {
      for (let round = 0; round < streams / 8; round++) {
        const ids = await read(app.people[at % 2]!, path).catch(() => [])
        if (String(ids) !== String(expected[at % 2])) wrong++
      }
    }
    await Promise.all(Array.from({ length: 8 }, (_, at) => ask(at)))
    expect(wrong).toBe(0)
  },
  60_000,
)

test.each(['/copy', '/copy-pipeline', '/rows'])(
  'a browser that leaves during %s gives its connection back, and the next is served',
  async (path) => {
    for (let round = 0; round < 4; round++) {
      const res = await asked(app.people[round % 2]!, `${path}?often=${OFTEN}`)
      await once(res, 'data')
      res.destroy()
    }
    expect(await read(app.people[0]!, path)).toHaveLength(ROWS)
  },
)

test('COPY FROM: its events run for its user, rows of an own temporary table get their owner, and an owned table refuses', async () => {
  const lines = (id: number) => `${`${id} `.repeat(50)}\n`.repeat(6_000)
  const send = async (who: Login, into: string) => {
    const headers = { authorization: `Bearer ${who.token}`, 'content-type': 'text/plain' }
    const sent = await fetch(`${app.url}/import?into=${into}`, {
      method: 'POST',
      headers,
      body: lines(who.id),
    })
    return sent.json()
  }
  const rounds = Array.from({ length: 2 }, () => app.people).flat()
  const imported = await Promise.all(rounds.map((who) => send(who, 'lines')))
  expect(imported).toEqual(rounds.map(({ id }) => ({ rows: 6_000, seen: [id] })))
  const refused = await Promise.all(rounds.map((who) => send(who, 'notes (text)')))
  expect(refused).toEqual(rounds.map(({ id }) => ({ code: '0A000', seen: [id] })))
  const foreign = "select count(*)::int from notes where text <> 'n' and text not like user_id || ' %'"
  expect(await app.stored(foreign)).toEqual([{ count: 0 }])
})
