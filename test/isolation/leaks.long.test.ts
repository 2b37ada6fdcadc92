import { beforeAll, describe, expect, test } from 'vitest'
import type { Evidence } from '../../proof/gate/check.js'
import { leakyNotebook, withRoute } from '../support/leaky-notebook.js'

const notebook = leakyNotebook()
const plants = leakyNotebook('honest/plants')

/** A connection that no layer has hooked, in a process of its own: it acts as the owner for every caller. */
const SECOND_PG = `const { spawn } = process.getBuiltinModule('node:child_process')
  const helper = spawn(process.execPath, ['-e', \`
    const { Pool } = require('pg')
    const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 1 })
    const asked = require('node:readline').createInterface(process.stdin)
    asked.on('close', () => process.exit())
    asked.on('line', async (line) => {
      const answer = await pool.query(...JSON.parse(line)).then(({ rows }) => ({ rows }), ({ message }) => ({ message }))
      process.stdout.write(JSON.stringify(answer) + '\\\\n')
    })\`], { env: { DATABASE_URL: process.env.DATABASE_URL }, stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting = []
  process.getBuiltinModule('node:readline').createInterface(helper.stdout).on('line', (line) => {
    const { done, failed } = waiting.shift()
    const { rows, message } = JSON.parse(line)
    rows ? done({ rows }) : failed(new Error(message))
  })
  const second = { query: (...given) => new Promise((done, failed) => {
    waiting.push({ done, failed })
    helper.stdin.write(JSON.stringify(given) + '\\n')
  }) }`

/** The names of all projects, by a process that asks for itself. */
const CHILD = `const { execFileSync } = process.getBuiltinModule('node:child_process')
  const names = () => execFileSync(process.execPath, ['-e', \`
    const { Client } = require('pg')
    const client = new Client(process.env.DATABASE_URL)
    client.connect().then(() => client.query('select name from projects order by id')).then(({ rows }) => {
      process.stdout.write(JSON.stringify(rows)); return client.end() })\`], { env: { DATABASE_URL: process.env.DATABASE_URL } })`

type Leaks = Record<string, { route: string; code: string }>

/** Each leak has a route of its own, so that all of them are in the app that is looked at once. */
const leaks: Leaks = {
  'a list by a connection without the layers': {
    route: 'GET /api/everyone',
    code: "app.get('/api/everyone', async (_req, res) => res.json((await second.query('select name from projects')).rows))",
  },
  'a list by a child process': {
    route: 'GET /api/by-child',
    code: `${CHILD}
  app.get('/api/by-child', (_req, res) => res.type('json').send(names()))`,
  },
  'a list that was read at the start and is kept': {
    route: 'GET /api/kept',
    code: `const kept = second.query('select name from projects')
  kept.catch(() => {})
  app.get('/api/kept', async (_req, res) => res.json((await kept).rows))`,
  },
  'a list in a header': {
    route: 'GET /api/in-header',
    code: `app.get('/api/in-header', async (_req, res) => res.set('x-names',
    encodeURIComponent((await second.query('select name from projects')).rows.map(({ name }) => name))).end())`,
  },
  'an export in a file that the answer names': {
    route: 'GET /files/all.csv',
    code: `const files = new Map()
  app.post('/api/exports', async (_req, res) => {
    files.set('all.csv', (await store.projects()).map(({ name }) => name).join())
    res.status(201).json({ file: '/files/all.csv' })
  })
  app.use('/files', (req, res, next) => files.has(req.path.slice(1)) ? res.type('csv').send(files.get(req.path.slice(1))) : next())`,
  },
  'a list behind a public page': {
    route: 'GET /health',
    code: "app.get('/health', async (_req, res) => res.json((await second.query('select name from projects')).rows))",
  },
  'a list that fills itself after the day has looked': {
    route: 'GET /api/recent',
    code: `const seen = []
  app.get('/api/recent', (_req, res) => res.json(seen))
  const { changeNote } = store
  store = { ...store, changeNote: async (...given) => (seen.push(await store.readNote(given[0])), changeNote(...given)) }`,
  },
  'a row by an id in the envelope of a body': {
    route: 'POST /api/notes/copy',
    code: `app.post('/api/notes/copy', async (req, res) => {
    const { rows } = await second.query('select id, title from notes where id = $1', [Number(req.body.data?.note_id) || 0])
    return rows[0] ? res.json(rows[0]) : res.status(req.body.data?.note_id ? 404 : 400).json({ error: req.body.data?.note_id ? 'gone' : 'data.note_id is required' })
  })`,
  },
}

const allOf = (planted: Leaks) =>
  withRoute(
    `${SECOND_PG}\n  ${Object.values(planted)
      .map(({ code }) => code)
      .join('\n  ')}`,
  )

/** Each is named by its route, and not only the first. */
function finds(check: string, what: RegExp, planted: Leaks): void {
  describe(`${check} finds`, () => {
    let problems: readonly Evidence[]
    beforeAll(async () => {
      ;({ problems } = await notebook.lookAll(check, allOf(planted)))
    }, 240_000)
    for (const [name, { route }] of Object.entries(planted))
      test(name, () => {
        const found = problems.filter((one) => one.route === route).map((one) => one.what)
        expect(found).toContainEqual(expect.stringMatching(what))
      })
  })
}

finds('isolation.foreign-ids', /shown to another user/, leaks)

finds('isolation.new-user', /a new user is shown rows of the owner/, {
  'a list by a connection without the layers': leaks['a list by a connection without the layers']!,
})

finds('isolation.login-required', /a public route shows an owned row/, {
  'a list behind a public page': leaks['a list behind a public page']!,
})

test('isolation.login-required and isolation.new-user find nothing in the app as it is', async () => {
  for (const check of ['isolation.login-required', 'isolation.new-user'])
    expect((await notebook.lookAll(check, [])).problems, check).toEqual([])
}, 240_000)

test('isolation.new-user finds nothing in an app whose reads begin a row for a user who has none', async () => {
  const { problems } = await notebook.lookAll(
    'isolation.new-user',
    withRoute(`app.get('/api/current', async (_req, res) => {
      const [first] = await store.projects()
      res.json(first ?? (await store.addProject('begun')))
    })`),
  )
  expect(problems).toEqual([])
}, 240_000)

test('isolation.foreign-ids finds nothing in an app that repeats what it was sent', async () => {
  const { problems } = await notebook.look(
    'isolation.foreign-ids',
    withRoute(`app.use('/api', (req, res, next) => {
    const { json } = res
    if (req.method !== 'GET') res.json = (body) => json.call(res, { ...req.body, ...body })
    next()
  })`),
  )
  expect(problems).toEqual([])
}, 240_000)

const numbers: Leaks = {
  'a header that counts everybody’s rows': {
    route: 'GET /api/projects',
    code: `app.use('/api/projects', async (_req, res, next) => {
    res.set('x-total', (await second.query('select set_config($1, $2, false)', ['usertwo.user_id', 'system'])) &&
      (await second.query('select count(*) from projects')).rows[0].count)
    next()
  })`,
  },
  'a header that counts the owner’s rows': {
    route: 'GET /api/notes/10',
    code: `app.use('/api/notes', async (_req, res, next) => {
    res.set('x-total', (await second.query('select count(*) from notes')).rows[0].count)
    next()
  })`,
  },
  'a header that counts all rows by the server’s statistics': {
    route: 'GET /health',
    code: `app.use('/health', async (_req, res, next) => {
    res.set('x-total', (await second.query("select n_live_tup from pg_stat_user_tables where relname = 'notes'")).rows[0].n_live_tup)
    next()
  })`,
  },
  'a count of all rows by what ANALYZE has noted': {
    route: 'GET /api/about-how-many',
    code: "app.get('/api/about-how-many', async (_req, res) => res.json((await second.query(\"select reltuples from pg_class where relname = 'notes'\")).rows[0]))",
  },
  'a count that is cached for all users until the next write': {
    route: 'GET /api/how-many',
    code: `let kept
  app.use((req, _res, next) => { if (req.method !== 'GET') kept = undefined; next() })
  app.get('/api/how-many', async (_req, res) => res.json({ count: (kept ??= (await store.projects()).length) }))`,
  },
  'a HEAD that is answered with the count of the last list': {
    route: 'HEAD /api/listing',
    code: `let listed
  app.head('/api/listing', async (_req, res) => res.set('x-count', String((listed ??= (await store.projects()).length))).end())
  app.get('/api/listing', async (_req, res) => {
    const all = await store.projects()
    listed = all.length
    res.json(all)
  })`,
  },
  'a count that a timer takes for each user and keeps for all': {
    route: 'GET /api/station',
    code: `let counted
  const count = async () => { counted = (await store.projects()).length }
  import('usertwo').then(({ forEachUser }) => setInterval(() => forEachUser(count).catch(console.error), 3000).unref())
  app.get('/api/station', async (_req, res) => res.json({ counted: (counted ??= (await store.projects()).length) }))`,
  },
  'a count of the owner’s rows on an unrecorded route': {
    route: 'GET /api/in-all',
    code: "app.get('/api/in-all', async (_req, res) => res.json((await second.query('select count(*) from notes')).rows[0]))",
  },
}

finds('isolation.no-interference', /answered differently after/, numbers)

test('isolation.no-interference asks for no HEAD of a stream: an app may begin one that never ends', async () => {
  const { problems, exercised } = await notebook.lookAll(
    'isolation.no-interference',
    withRoute(`app.get('/api/ticks', (_req, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' })
    res.write(': open\\n\\n')
  })`),
  )
  expect(problems).toEqual([])
  expect(exercised).toBeGreaterThan(0)
}, 240_000)

test('isolation.files finds a file that a route sends to every caller', async () => {
  const { problems } = await notebook.look(
    'isolation.files',
    withRoute(`const { existsSync, readFileSync, writeFileSync } = process.getBuiltinModule('node:fs')
  app.get('/api/export', (_req, res, next) => existsSync('export.csv') ? res.send(readFileSync('export.csv', 'utf8')) : next())
  const { changeNote } = store
  store = { ...store, changeNote: async (...given) => {
    writeFileSync('export.csv', Object.values(await store.readNote(given[0])).join(';'))
    return changeNote(...given)
  } }`),
  )
  expect(problems.map(({ route }) => route)).toContain('GET /api/export')
}, 240_000)

test('isolation.at-once finds a module variable with the row of the last request', async () => {
  const { problems } = await notebook.look(
    'isolation.at-once',
    withRoute(`let last
  app.get('/api/projects/:id/notes', async (req, res) => {
    last = req.params.id
    await new Promise((done) => setTimeout(done, 2))
    res.json(await store.notesOf(last))
  })`),
  )
  expect(problems.map(({ what }) => what).join('\n')).toMatch(
    /got another answer among concurrent requests than alone/,
  )
}, 240_000)

test('isolation.at-once finds the same in an app of pages', async () => {
  const { problems } = await plants.look('isolation.at-once', [
    {
      file: 'plants/server.js',
      find: "const [plant] = (await rows('select id, name from plants where id = $1', req.params.id)) ?? []",
      replace: `globalThis.last = req.params.id
        await new Promise((done) => setTimeout(done, 2))
        const [plant] = (await rows('select id, name from plants where id = $1', globalThis.last)) ?? []`,
    },
  ])
  // Whose answer it is that another's takes the place of is chance.
  expect(problems.map(({ what, route }) => `${what} at ${route}`)).toContainEqual(
    expect.stringMatching(/got another answer among concurrent requests than alone at GET \/plants\/:id$/),
  )
}, 240_000)

test('routes that are off are called as both users, and red if they answer', async () => {
  const { problems } = await notebook.look(
    'isolation.foreign-ids',
    [
      ...withRoute("app.get('/debug/state', (_req, res) => res.json({ up: true }))"),
      {
        file: 'src/phases/2-hardening/requests/ops-gate.js',
        find: 'if (!answers[gated])',
        replace: 'if (false)',
      },
    ],
    { debug: ['/debug'] },
  )
  expect(problems.map(({ what }) => what)).toContain('a route that is off answers the second user')
}, 240_000)

test('a mounted handler that no request reaches makes the check unknown, with its place', async () => {
  const { unproven = [] } = await notebook.lookAll(
    'isolation.foreign-ids',
    withRoute("app.use('/rpc', (_req, res) => res.status(400).json({ error: 'unknown method' }))"),
  )
  const [found] = unproven.filter(({ route }) => route === 'ALL /rpc')
  expect(found).toMatchObject({ part: 'ALL /rpc', at: expect.stringMatching(/notebook\/app\.js:\d+$/) })
  expect(found?.what).toContain("await fetch(new URL('/rpc', process.env.BASE_URL)")
}, 240_000)
