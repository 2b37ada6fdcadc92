import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { runningEmbedded } from '../proof/postgres/embedded.js'
import { freshDatabase } from './support/postgres.js'
import { leftRunning, type Start, start, startPlace } from './support/start.js'

// Each start brings up PostgreSQL and the app; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 240_000 })

const READY = /^Ready: (http:\/\/localhost:\d+)\n(.+)\n/m
const QUICK = ['--no-gates']
const running: Start[] = []
const begin = (...given: Parameters<typeof start>) => {
  const one = start(...given)
  running.push(one)
  return one
}
afterAll(() => {
  for (const one of running) one.kill('SIGINT')
  return Promise.all(running.map(({ ended }) => ended))
})

async function query<Row>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows as Row[]
  } finally {
    await client.end()
  }
}

const nothingLeft = (place: string) =>
  vi.waitFor(() => expect(leftRunning(place)).toEqual([]), { timeout: 20_000, interval: 200 })

test('an unknown example is refused, with the names of the known ones', async () => {
  const one = begin(startPlace(), {}, ['diary', '--gates', '--no-gates'])
  expect(await one.ended).toBe(64)
  expect(one.output()).toMatch(
    /^npm start takes one example, comic-pile.* and --gates or --no-gates; not diary --no-gates\n$/,
  )
})

test('another example is served by its name, to who is logged in', async () => {
  const place = startPlace()
  const one = begin(place, {}, ['journal', ...QUICK])
  const [, url, claim] = await one.said(READY)
  expect(claim).toMatch(/^Claim code: /)
  expect((await fetch(`${url}/health`)).status).toBe(200)
  expect((await fetch(`${url}/api/v1/entries`)).status).toBe(401)
  const page = await fetch(url!, { redirect: 'manual', headers: { accept: 'text/html' } })
  expect([page.status, page.headers.get('location')]).toEqual([302, '/api/auth/continue?next=%2F'])
  one.kill('SIGINT')
  expect(await one.ended).toBe(0)
  await nothingLeft(place)
})

describe('npm start on data of its own', () => {
  const place = startPlace()
  const data = join(place, 'data')
  let code: string

  test('serves the app as a plain login that owns its database, and ends with two plain lines', async () => {
    const one = begin(place, {}, QUICK)
    const [, url, claim] = await one.said(READY)
    expect(claim).toMatch(/^Claim code: [A-Z0-9]{4}-[A-Z0-9]{4}$/)
    expect(one.output().trimEnd().split('\n').slice(-2)).toEqual([`Ready: ${url}`, claim])
    code = claim!.slice(-9)
    expect((await fetch(`${url}/api/threads/`)).status).toBe(401)
    expect(statSync(join(data, 'secrets.json')).mode & 0o777).toBe(0o600)

    const admin = runningEmbedded(join(data, 'postgres'))!
    const [login] = await query(
      admin,
      `select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolname = pg_get_userbyid(datdba) as owner
       from pg_roles join pg_database on datname = 'comic_pile' where rolname = 'comic_pile'`,
    )
    expect(login).toEqual({
      rolsuper: false,
      rolcreaterole: false,
      rolcreatedb: false,
      rolbypassrls: false,
      owner: true,
    })

    const second = begin(place, {}, QUICK)
    expect(await second.ended).toBe(1)
    expect(second.output()).toContain(`pid ${one.pid}, port ${new URL(url!).port}`)

    one.kill('SIGINT')
    expect(await one.ended).toBe(0)
    await nothingLeft(place)
  })

  test('keeps data and code, takes over what a killed start left, and says when the owner is claimed', async () => {
    const killed = begin(place, {}, QUICK)
    const [, url, claim] = await killed.said(READY)
    expect(claim).toBe(`Claim code: ${code}`)
    const account = { email: 'owner@example.test', password: 'a long enough pass phrase' }
    const send = (path: string, body: object) =>
      fetch(`${url}/api/auth/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    expect((await send('register', { ...account, claim_code: code })).status).toBe(202)
    killed.kill('SIGKILL')
    await nothingLeft(place)
    expect(existsSync(join(data, 'start.lock'))).toBe(true)

    const again = begin(place, {}, QUICK)
    const [, , claimed] = await again.said(READY)
    expect(claimed).toBe('Claimed by user 1')
    again.kill('SIGTERM')
    expect(await again.ended).toBe(0)
    await nothingLeft(place)
  })
})

test('a busy port is reported before anything is done', async () => {
  const place = startPlace()
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  const one = begin(place, { PORT: String(port) })
  expect(await one.ended).toBe(1)
  expect(one.output()).toContain(`port ${port} is in use by another process`)
  expect(existsSync(join(place, 'data', 'postgres'))).toBe(false)
  other.close()
})

test('interrupted on the way, it leaves no process and no lock, and does not repeat a gate whose GO stands', async () => {
  const place = startPlace()
  const one = begin(place)
  await one.said(/^1 inventory +GO/m)
  one.kill('SIGINT')
  expect(await one.ended).toBe(130)
  await nothingLeft(place)
  expect(one.output()).toMatch(
    /^Ended\. Kept in \S+data: the database, .* The GO of phase 1 is valid until its inputs change/m,
  )
  expect(existsSync(join(place, 'data', 'start.lock'))).toBe(false)

  const again = begin(place)
  await again.said(/^1 inventory +GO +7 checks, unchanged since [\d-]+ [\d:]+ UTC: not run again$/m)
  again.kill('SIGINT')
  expect(await again.ended).toBe(130)

  const all = begin(place, {}, ['--gates'])
  await all.said(/^1 inventory +GO +7 checks: .* s$/m)
  all.kill('SIGINT')
  expect(await all.ended).toBe(130)
  await nothingLeft(place)
})

test('killed on the way, it leaves no process', async () => {
  const place = startPlace()
  const one = begin(place)
  await vi.waitFor(() => expect(leftRunning(place).join()).toContain('server'), {
    timeout: 60_000,
    interval: 100,
  })
  one.kill('SIGKILL')
  await one.ended
  await nothingLeft(place)
})

test('a given database is migrated and served, and seeded only where it has no tables', async () => {
  const place = startPlace()
  const [empty, used] = [await freshDatabase(), await freshDatabase()]
  const threads = ({ adminUrl }: { adminUrl: string }) => query(adminUrl, 'select count(*)::int from threads')

  for (const again of [false, true]) {
    const one = begin(place, { DATABASE_URL: empty.url }, QUICK)
    await one.said(READY)
    one.kill('SIGINT')
    expect(await one.ended, `a second time: ${again}`).toBe(0)
    expect(await threads(empty)).toEqual([{ count: 20 }])
  }

  await query(used.url, 'create table notes (id int)')
  const unseeded = begin(place, { DATABASE_URL: used.url }, QUICK)
  expect(await unseeded.ended).toBe(1)
  expect(unseeded.output()).toContain('public.users has no row with id 1; add the owner first')
  expect(await threads(used)).toEqual([{ count: 0 }])

  expect(existsSync(join(place, 'data', 'postgres'))).toBe(false)
  expect(readFileSync(join(place, 'data', 'app.log'), 'utf8')).not.toContain(new URL(empty.url).password)
})
