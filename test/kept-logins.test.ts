// With `auth.lookUpEvery` each process trusts a looked-up login for a while; ending a login answers later
// than that. Each test ends logins by the API, and as its control by SQL, which waits for nothing: there the
// same request must still be served, else no answer was reused and the test shows nothing.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import express from 'express'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { EXIT } from '../cli/command.js'
import { command as users } from '../cli/commands/people/users.js'
import { letConnect } from '../src/core/process/known-sockets.js'
import { build } from './support/built.js'
import { type Program, startProgram } from './support/program.js'
import { type Login, type WrappedApp, wrappedApp } from './support/wrapped-app.js'

vi.setConfig({ testTimeout: 120_000 })

/** The longest there may be: the machine of a test is slow, and an answer has to be believed for long enough to be seen. */
const EVERY = 1000
const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url))
const configOf = (every: number) => `{
  app: { start: ['node', 'server.mjs'] },
  owner: { id: 1 },
  users: { table: 'users' },
  tables: { notes: { owner: 'user_id' } },
  auth: { lookUpEvery: ${every} },
  routes: { require: { '/admin': { role: ['admin'] }, '/by/:name': { role: ['admin'] } } },
}`
const appOf = (every: number) => `
  import express from 'express'
  import pg from 'pg'
  import { scope, usertwo } from 'usertwo'
  const pool = scope(new pg.Pool({ connectionString: process.env.APP_URL, max: 4 }))
  const inner = express()
  inner.get('/plain', (_req, res) => res.json({ ok: true }))
  inner.get('/admin', (_req, res) => res.json({ ok: true }))
  inner.get('/moved', (req, _res, next) => {
    req.url = '/by/name'
    next()
  })
  inner.get('/by/:name', (_req, res) => res.json({ ok: true }))
  inner.get('/notes', async (_req, res) => res.json((await pool.query('select * from notes')).rows))
  const server = await usertwo(inner, ${configOf(every)}).listen(0, '127.0.0.1')
  console.log('port', server.address().port)`

/** Between the second process and its database. */
const wire = { delay: 0, cut: false, sockets: new Set<Socket>() }
let proxy: Server
let wrapped: WrappedApp
let folder: string
let programs: Program[]
let one: string
let two: string
/** A process that looks up each request. */
let strict: string

beforeAll(async () => {
  await build()
  wrapped = await wrappedApp(() => express(), { users: 400 })
  folder = mkdtempSync(join(tmpdir(), 'usertwo-kept-'))
  symlinkSync(MODULES, join(folder, 'node_modules'))
  writeFileSync(join(folder, 'usertwo.config.mjs'), `export default ${configOf(EVERY)}`)
  const { hostname, port } = new URL(wrapped.urls.url)
  proxy = createServer((near) => {
    const far = connect(Number(port), hostname)
    // What another process says passes here, where a driver that no hook reaches is refused.
    letConnect({ connection: { stream: far } })
    relay(near, far)
  })
  await new Promise<void>((up) => proxy.listen(0, '127.0.0.1', up))
  const behind = new URL(wrapped.urls.url)
  behind.port = String((proxy.address() as { port: number }).port)
  const start = (url: string, every = EVERY) =>
    startProgram(folder, appOf(every), { ...wrapped.env, DATABASE_URL: url, APP_URL: wrapped.urls.url })
  programs = [start(wrapped.urls.url)]
  const origin = async (program: Program) => `http://127.0.0.1:${await program.port()}`
  one = await origin(programs[0]!)
  programs.push(start(behind.href))
  two = await origin(programs[1]!)
  programs.push(start(wrapped.urls.url, 0))
  strict = await origin(programs[2]!)
}, 120_000)
afterEach(() => Object.assign(wire, { delay: 0, cut: false }))
afterAll(async () => {
  for (const { child } of programs ?? []) child.kill('SIGKILL')
  for (const socket of wire.sockets) socket.destroy()
  proxy?.close()
  await wrapped?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

/** Hands on what the application says at once, and what the database says after the delay of the wire. */
function relay(near: Socket, far: Socket): void {
  for (const [from, to] of [
    [near, far],
    [far, near],
  ] as const) {
    wire.sockets.add(from)
    from.on('error', () => to.destroy()).on('close', () => to.destroy())
    from.on('data', async (piece) => {
      if (wire.cut) return void to.destroy()
      if (from === far && wire.delay > 0) await sleep(wire.delay)
      to.write(piece)
    })
  }
}

/** The owner has no password, and is left out. */
let next = 1
/** A user without an earlier request. */
const newUser = () => wrapped.people[next++]!
const ask = async (origin: string, { token }: Login, path = '/plain', method = 'GET') => {
  const answer = await fetch(`${origin}${path}`, { method, headers: { authorization: `Bearer ${token}` } })
  await answer.arrayBuffer()
  return answer.status
}

/** Ends a user's login: by the API of the first process, and by SQL. */
const WAYS = {
  logout: async (who: Login) => expect(await ask(one, who, '/api/auth/logout', 'POST')).toBe(204),
  sql: ({ sessionId }: Login) =>
    wrapped.stored(`update usertwo.user_sessions set revoked_at = now() where id = '${sessionId}'`),
}
type Way = keyof typeof WAYS

/** The answers of some rounds, each with a new user: ended by the API never 200, by SQL 200 at least once. */
async function controlled(
  rounds: number,
  round: (end: () => Promise<unknown>, who: Login) => Promise<number>,
) {
  const answers = async (way: Way) => {
    const statuses: number[] = []
    for (let at = 0; at < rounds; at++) {
      const who = newUser()
      statuses.push(await round(() => WAYS[way](who), who))
    }
    return statuses
  }
  expect(await answers('logout')).toEqual(Array(rounds).fill(401))
  expect(await answers('sql')).toContain(200)
}

test('a logout in one process is known to the very next request in the other', () =>
  controlled(5, async (end, who) => {
    expect(await ask(two, who)).toBe(200)
    await end()
    return ask(two, who)
  }))

test.each<[string, (who: Login, other: Login) => Promise<unknown>]>([
  [
    'ended in the list of logins',
    async ({ sessionId }, other) =>
      expect(await ask(one, other, `/api/auth/sessions/${sessionId}`, 'DELETE')).toBe(204),
  ],
  [
    'ended with all others',
    async (_who, other) => expect(await ask(one, other, '/api/auth/sessions', 'DELETE')).toBe(204),
  ],
  ['of a user who sets a new password', ({ id }) => resetOf(id)],
  ['of a user who is disabled', ({ id }) => operate('disable', String(id))],
  ['of a user who is removed', ({ id }) => operate('remove', String(id), '--yes')],
  [
    'logged out twice at once',
    async (who) => {
      const first = WAYS.logout(who)
      await sleep(EVERY / 4)
      // The second finds it over already; it has returned as well, and as late.
      await WAYS.logout(who)
      expect(await ask(two, who)).toBe(401)
      await first
    },
  ],
])('a login %s is over in both processes', async (_what, end) => {
  const who = newUser()
  const other = await wrapped.login(who.id)
  expect(await ask(two, who)).toBe(200)
  let ended = false
  const ending = end(who, other).finally(() => {
    ended = true
  })
  // What it believes is as young as can be when the login ends: making a hash takes longer than it is believed.
  while (!ended) await ask(two, who)
  await ending
  expect(await ask(two, who)).toBe(401)
})

test('a process that looks up each request waits for those that do not', async () => {
  // The first answer of the API takes longer.
  for (const who of [newUser(), newUser()]) {
    expect(await ask(two, who)).toBe(200)
    const from = performance.now()
    expect(await ask(strict, who, '/api/auth/logout', 'POST')).toBe(204)
    expect(performance.now() - from).toBeGreaterThanOrEqual(EVERY * 1.1)
    expect(await ask(two, who)).toBe(401)
  }
})

test('the process that ends a login refuses it at once, long before the logout returns', async () => {
  const who = newUser()
  expect(await ask(one, who)).toBe(200)
  let returned = Infinity
  const logout = WAYS.logout(who).finally(() => {
    returned = performance.now()
  })
  expect(await until(() => ask(one, who), 401, 10)).toBe(401)
  const refused = performance.now()
  await logout
  expect(returned - refused).toBeGreaterThan(EVERY * 0.8)
})

test.each(['/admin', '/moved'])('what needs a role is decided by a look-up: %s', async (path) => {
  const [admin, ended] = [newUser(), newUser()]
  for (const who of [admin, ended]) {
    await operate('grant', String(who.id))
    expect(await ask(two, who, path)).toBe(200)
  }
  expect(await ask(two, admin)).toBe(200)
  await wrapped.stored(`update users set is_admin = false where id = ${admin.id}`)
  expect(await ask(two, admin, path)).toBe(403)
  expect(await ask(two, ended)).toBe(200)
  await WAYS.sql(ended)
  expect(await ask(two, ended)).toBe(200)
  expect(await ask(two, ended, path)).toBe(401)
})

test('in a race of 300 logouts in three processes no request is served that is sent after its logout returned', async () => {
  const origins = [one, two, strict]
  let late = 0
  const race = async (who: Login, at: number) => {
    let over = false
    const lane = async (origin: string) => {
      while (!over) {
        await ask(origin, who)
        await sleep(200)
      }
    }
    const lanes = Promise.all([lane(one), lane(two)])
    await sleep(Math.random() * EVERY)
    expect(await ask(origins[at % 3]!, who, '/api/auth/logout', 'POST')).toBe(204)
    for (const origin of origins) if ((await ask(origin, who)) === 200) late++
    over = true
    await lanes
  }
  const people = Array.from({ length: 300 }, newUser)
  for (let at = 0; at < people.length; at += 50) await Promise.all(people.slice(at, at + 50).map(race))
  expect(late).toBe(0)
})

async function operate(...args: string[]): Promise<string> {
  const said = vi.spyOn(console, 'log').mockImplementation(() => {})
  expect(await users.run([...args, '--config', join(folder, 'usertwo.config.mjs')])).toBe(EXIT.go)
  const text = said.mock.calls.flat().join()
  said.mockRestore()
  return text
}

async function resetOf(id: number): Promise<void> {
  const { token } = JSON.parse(await operate('reset-link', String(id), '--json'))
  const answer = await fetch(`${one}/api/auth/password/reset`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, password: 'a new and long password' }),
  })
  expect(answer.status).toBe(204)
}

test('a process that was stopped meanwhile believes nothing it knew when it goes on', () =>
  controlled(3, async (end, who) => {
    const { pid } = programs[1]!.child
    expect(await ask(two, who)).toBe(200)
    let asked: Promise<number>
    process.kill(pid!, 'SIGSTOP')
    try {
      await end()
      // It lies at the socket when the process goes on.
      asked = ask(two, who)
      await sleep(20)
    } finally {
      process.kill(pid!, 'SIGCONT')
    }
    return asked
  }))

test('a late answer of the database is trusted from the time of its query', () =>
  controlled(4, async (end, who) => {
    wire.delay = EVERY * 0.6
    const asked = ask(two, who)
    await sleep(EVERY * 0.1)
    const ended = end()
    expect(await asked).toBe(200)
    await ended
    wire.delay = 0
    return ask(two, who)
  }))

test('with its connections killed it looks up again; without a database it serves no user', async () => {
  const [first, second] = [newUser(), newUser()]
  for (const who of [first, second]) expect(await ask(two, who)).toBe(200)
  await wrapped.stored(`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and query like '%usertwo.user_sessions%'`)
  // The first process lost its connections too, and may see that only at the next query.
  expect(await until(() => ask(one, first, '/api/auth/logout', 'POST'), 204)).toBe(204)
  expect(await ask(two, first)).not.toBe(200)

  expect(await until(() => ask(two, second), 200)).toBe(200)
  wire.cut = true
  for (const socket of wire.sockets) socket.destroy()
  // The control: before, it does reuse an answer.
  expect(await ask(two, second)).toBe(200)
  await sleep(EVERY)
  expect(await ask(two, second)).toBe(503)
  await WAYS.logout(second)
  wire.cut = false
  expect(await until(() => ask(two, second), 401)).toBe(401)
})

test('of 10,000 requests none that is sent after the logout returned is served', async () => {
  const AFTER = 1_000
  const servedAfter = async (way: Way, most: number) => {
    const people = Array.from({ length: 3 }, newUser)
    const over = new Map<Login, number>()
    let sent = 0
    let late = 0
    // A logout takes as long as answers are reused, and a fast machine sends all requests meanwhile: this
    // many come after it.
    let end = Infinity
    const lane = async () => {
      while (sent < end) {
        const who = people[sent++ % people.length]!
        const from = performance.now()
        const status = await ask(two, who)
        if (status === 200 && from > (over.get(who) ?? Infinity)) late++
      }
    }
    const lanes = Promise.all(Array.from({ length: 64 }, lane))
    while (sent < most / 10) await sleep(5)
    for (const who of people) {
      await WAYS[way](who)
      over.set(who, performance.now())
    }
    end = Math.max(most, sent + AFTER)
    await lanes
    return late
  }
  expect(await servedAfter('logout', 10_000)).toBe(0)
  // On a busy machine what is believed may be over before the next request is read: seen in one round, it is seen.
  let control = 0
  for (let round = 0; round < 5 && control === 0; round++) control = await servedAfter('sql', 2_000)
  expect(control).toBeGreaterThan(0)
}, 240_000)

/** Asks again for a while, by default until a pool gets over the loss of its connections. */
async function until(what: () => Promise<number>, status: number, every = 100): Promise<number> {
  for (let at = 0; at < 50; at++) {
    if ((await what()) === status) return status
    await sleep(every)
  }
  return what()
}
