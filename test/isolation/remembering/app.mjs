// Notes of one person, in an app that keeps things in memory. What it keeps is kept for each user, unless the
// environment's LEAK names it: then it is one for all.
import { randomUUID } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import pg from 'pg'
import { currentUserId } from 'usertwo'

export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 4 })
pool.on('error', (error) => console.error(error.message))
const rows = async (sql, ...values) => (await pool.query(sql, values)).rows

const leaks = new Set((process.env.LEAK ?? '').split(',').filter(Boolean))
const user = () => String(currentUserId())
/** Of whom something is kept: of the user, or of all where it leaks. */
const keyFor = (name, shared = '') => (leaks.has(name) ? shared : `${user()} ${shared}`)

export const app = express()
app.use(express.json())
// What was written or sent last, shown on ways that a client seldom takes.
const lasts = new Map()
const keep = (name, value) => lasts.set(keyFor(name, name), value)
const last = (name) => lasts.get(keyFor(name, name))
const trail = new Map()
app.use((req, res, next) => {
  const key = keyFor('trail', req.ip)
  req.way = trail.get(key)
  if (req.method === 'GET') res.on('finish', () => res.statusCode < 300 && trail.set(key, req.originalUrl))
  next()
})
app.use((req, res, next) => {
  if (req.method === 'OPTIONS' && last('options')) res.set('x-last', encodeURIComponent(last('options')))
  next()
})
app.use((req, res, next) => {
  const isSheet = req.path === '/draft' && req.get('accept')?.includes('csv')
  if (isSheet && last('sheet')) res.set('x-last', encodeURIComponent(last('sheet')))
  next()
})
const slowest = new Map()
app.use((req, res, next) => {
  const [begun, key] = [Date.now(), keyFor('slowest')]
  res.on('finish', () => {
    const ms = Date.now() - begun
    if (ms > (slowest.get(key)?.ms ?? 500)) slowest.set(key, { ms, path: req.originalUrl })
  })
  next()
})
app.use((req, res, next) => {
  const [, site] = /(?:^|; )site=([^;]*)/.exec(req.headers.cookie ?? '') ?? []
  if (site) res.append('set-cookie', `site=${site}; Path=/`)
  next()
})
const legends = new Map()
app.get('/legend', (_req, res) => {
  const key = keyFor('legend')
  const kept = legends.get(key) ?? { draft: 'to be checked', cookies: res.getHeader('set-cookie') }
  legends.set(key, kept)
  if (kept.cookies) res.setHeader('set-cookie', kept.cookies)
  res.json({ draft: kept.draft })
})
app.get('/load', (req, res) =>
  res.json(req.query.more === '1' ? (slowest.get(keyFor('slowest')) ?? {}) : { well: true }),
)
const agents = new Map()
const callers = new Map()
app.use((req, res, next) => {
  const key = keyFor('callers')
  res.on('finish', () => {
    if (res.statusCode < 400) callers.set(key, [...(callers.get(key) ?? []), req.get('user-agent')].slice(-5))
  })
  next()
})
app.use((req, _res, next) => {
  const key = keyFor('agents')
  req.before = agents.get(key)
  if (req.headers['user-agent']) agents.set(key, req.headers['user-agent'])
  next()
})
const [begun, counts] = [new Map(), new Map()]
app.get('/health', (_req, res) =>
  res.json({ ok: true, last: leaks.has('health') ? last('health') : undefined }),
)

// Where the notes were read last, as a number in a header.
const places = new Map()
app.use('/notes', (req, res, next) => {
  const place = [...req.originalUrl].reduce(
    (sum, letter) => (sum * 31 + letter.codePointAt(0)) % 1_000_003,
    7,
  )
  res.on('finish', () => res.statusCode < 300 && req.path !== '/' && places.set(keyFor('place'), place))
  next()
})
// Who was at the place last may mark it as checked.
const claims = new Map()
app.use('/place', (_req, _res, next) => next(void claims.set(keyFor('claim'), user())))
app.put('/checked', (_req, res) => {
  const by = claims.get(keyFor('claim')) ?? user()
  res.status(by === user() ? 200 : 409).json({ isChecked: by === user() })
})
app.get('/place', (_req, res) => {
  const place = places.get(keyFor('place'))
  if (place) res.set('x-place', String(place))
  res.json({ ok: true })
})

app.get('/notes', async (req, res) => {
  const word = filters.get(keyFor('filter')) ?? ''
  const all = await rows('select id, title, body from notes order by id')
  const titles = () => all.map(({ title }) => title).join('\n')
  if (req.accepts(['json', 'csv']) === 'csv')
    return res.type('csv').send(await once(keyFor('csv', 'csv'), titles))
  if (req.method === 'HEAD')
    return res
      .set({
        'x-first': encodeURIComponent(last('head') ?? ''),
        'x-version': counts.get(keyFor('version')) ?? 0,
      })
      .end()
  keep('head', all[0]?.title)
  res.json(all.filter(({ title }) => title.includes(word)))
})
app.get('/notes/:id', async (req, res) => {
  if (req.query.as === 'text') {
    const read = () => rows('select title from notes where id::text = $1', req.params.id)
    return res.type('text').send((await once(keyFor('form', 'text'), read)).map(({ title }) => title).join())
  }
  const [note] = await rows('select id, title, body from notes where id::text = $1', req.params.id)
  if (note) opened.set(keyFor('recent'), note.title)
  res.status(note ? 200 : 404).json(note ?? { error: 'not found', callers: callers.get(keyFor('callers')) })
})
app.post('/notes', async (req, res) => {
  const { title, body = '' } = req.body ?? {}
  if (typeof title !== 'string')
    return res.status(400).json({ error: 'title is required', example: last('error') })
  if (!begun.has(keyFor('begun'))) begun.set(keyFor('begun'), title)
  counts.set(keyFor('version'), (counts.get(keyFor('version')) ?? 0) + 1)
  for (const leak of ['options', 'health', 'error', 'events', 'unknown', 'sheet']) keep(leak, title)
  const [note] = await rows(
    'insert into notes (title, body) values ($1, $2) returning id, title, body',
    title,
    body,
  )
  known(title)
  res.status(201).json(note)
})

// Kept without a table: a draft, what was opened last, a filter of the list.
const [drafts, opened, filters] = [new Map(), new Map(), new Map()]
app.get('/draft', (_req, res) => res.json({ text: drafts.get(keyFor('draft')) ?? '' }))
app.put('/draft', (req, res) => {
  drafts.set(keyFor('draft'), String(req.body?.text ?? ''))
  const first = begun.get(keyFor('begun'))
  if (first) res.set('x-begun', encodeURIComponent(first))
  res.json({ saved: true })
})
app.get('/recent', (req, res) => res.json({ title: opened.get(keyFor('recent')) ?? null, by: req.before }))
app.put('/filter', (req, res) => {
  filters.set(keyFor('filter'), String(req.body?.word ?? ''))
  res.json({ saved: true })
})

// Caches: by client address, by program, and of kinds, which are everybody's.
const cached = new Map()
async function once(key, work) {
  if (!cached.has(key)) cached.set(key, await work())
  return cached.get(key)
}
const titles = () => rows('select id, title from notes order by title')
app.get('/titles', async (req, res) =>
  res.json(await once(keyFor('address', `titles ${req.socket.remoteAddress}`), titles)),
)
app.get('/index', async (req, res) =>
  res.json(await once(keyFor('agent', `index ${req.headers['user-agent']}`), titles)),
)
app.get('/kinds', async (_req, res) =>
  res.json(await once('kinds', () => rows('select id, name from kinds order by id'))),
)

// Searches that are remembered, by a query and by a body.
const like = (text) => rows('select id, title from notes where title like $1 order by id', `%${text}%`)
app.get('/search', async (req, res) => {
  const { title } = req.query
  if (!title) return res.json({ last: last('bare') ?? null })
  keep('bare', String(title))
  keep('sought', String(title))
  res.json(await once(keyFor('search', `search ${title}`), () => like(title)))
})
app.post('/find', async (req, res) => {
  const { title } = req.body ?? {}
  if (!title) return res.json([])
  res.json(await once(keyFor('find', `find ${title}`), () => like(title)))
})

// Names that were given, so that no request waits for the database.
const names = new Set()
const known = (title) => {
  for (const leak of ['names', 'taken', 'suggestions']) names.add(keyFor(leak, `${leak} ${title}`))
}
app.post('/names', async (req, res) => {
  const { name } = req.body ?? {}
  if (typeof name !== 'string') return res.status(400).json({ error: 'name is required' })
  if (names.has(keyFor('names', `names ${name}`)))
    return res.status(409).json({ error: 'there is one of that name' })
  res.json({ free: true })
})
app.post('/labels', async (req, res) => {
  const { label } = req.body ?? {}
  if (typeof label !== 'string') return res.status(400).json({ error: 'label is required' })
  const key = keyFor('labels', `labels ${label}`)
  const isNew = !names.has(key)
  names.add(key)
  res.status(isNew ? 201 : 200).json({ made: isNew })
})
app.get('/suggestions', (_req, res) => {
  const own = keyFor('suggestions', 'suggestions ')
  res.json([...names].filter((name) => name.startsWith(own)).map((name) => name.slice(own.length)))
})

// Rows that are stored after the answer, each by itself, or all by one timer.
const waiting = []
const store = ({ title }) => rows('insert into notes (title, body) values ($1, $2)', title, 'imported')
app.post('/imports', (req, res) => {
  const { title } = req.body ?? {}
  if (typeof title !== 'string') return res.status(400).json({ error: 'title is required' })
  res.status(202).json({ queued: true })
  if (!leaks.has('queue')) return void setTimeout(() => store({ title }).catch(console.error), 60)
  waiting.push({ title })
  if (waiting.length === 1)
    setTimeout(() => {
      for (const one of waiting.splice(0)) store(one).catch(console.error)
    }, 60)
})

// Rows that are stored seconds after the answer, as those of a page that is saved while it is written.
const autosaved = new Map()
const saving = new Map()
app.put('/autosave', (req, res) => {
  const { title } = req.body ?? {}
  if (typeof title !== 'string') return res.status(400).json({ error: 'title is required' })
  const key = keyFor('autosave')
  autosaved.set(key, [...(autosaved.get(key) ?? []), title])
  res.status(202).json({ saved: 'soon' })
  if (saving.has(key)) return
  saving.set(
    key,
    setTimeout(() => {
      const titles = autosaved.get(key)
      autosaved.delete(key)
      saving.delete(key)
      for (const one of titles) store({ title: one }).catch(console.error)
    }, 4_000),
  )
})

// What waits, goes away, comes back or is only begun.
const framed = new Map()
const frameFor = (key) => framed.get(key) ?? framed.set(key, Buffer.alloc(256, ' ')).get(key)
app.get('/notes/:id/frame', async (req, res) => {
  const [note] = await rows('select title from notes where id::text = $1', req.params.id)
  if (!note) return res.status(404).json({ error: 'not found' })
  const frame = frameFor(keyFor('frame'))
  if (!leaks.has('frame')) frame.fill(' ')
  frame.write(note.title.slice(0, 250), 1, 'latin1')
  res.type('application/octet-stream').send(frame)
})
const words = new Map()
app.get('/words', async (req, res) => {
  words.set(keyFor('words'), String(req.query.title ?? ''))
  const found = await like(String(req.query.title ?? ''))
  res.json({ title: words.get(keyFor('words')), found: found.length })
})
const worked = new Set()
app.get('/completed', async (req, res) => {
  const title = String(req.query.title ?? '')
  const found = title.length < 4 ? [] : await like(title)
  if (found.length) worked.add(keyFor('completed', `completed ${title}`))
  const own = keyFor('completed', `completed ${title}`)
  res.json(title.length < 2 ? [] : [...worked].filter((one) => one !== own && one.startsWith(own)))
})
const flashes = new Map()
const caller = (req) => `${req.ip} ${req.get('user-agent') ?? ''}`
app.post('/stars', (req, res) => {
  if (typeof req.body?.title !== 'string') return res.status(400).json({ error: 'title is required' })
  flashes.set(keyFor('flash', caller(req)), `${req.body.title} has a star`)
  res.status(201).json({ starred: true })
})
app.get('/flash', (req, res) => {
  const key = keyFor('flash', caller(req))
  const message = flashes.get(key) ?? null
  flashes.delete(key)
  res.json({ message })
})
const attempts = new Map()
app.post('/attempts', (req, res) => {
  const { title } = req.body ?? {}
  if (typeof title !== 'string') return res.status(400).json({ error: 'title is required' })
  const key = keyFor('retried', `retried ${req.get('idempotency-key')}`)
  if (req.get('idempotency-key') && attempts.has(key)) return res.status(201).json(attempts.get(key))
  attempts.set(key, { title, done: true })
  res.status(201).json({ title, done: true })
})
const forms = new Map()
let lastForm = 0
const formOf = (req) => /(?:^|; *)form=(\d+)/.exec(req.headers.cookie ?? '')?.[1] ?? ''
app.put('/form', (req, res) => {
  let id = formOf(req)
  if (!forms.has(keyFor('form-pages', id))) {
    id = String(++lastForm)
    res.cookie('form', id, { httpOnly: true })
  }
  forms.set(keyFor('form-pages', id), String(req.body?.title ?? ''))
  res.json({ kept: true })
})
app.get('/form', (req, res) => res.json({ title: forms.get(keyFor('form-pages', formOf(req))) ?? '' }))
const arriving = new Map()
app.post('/lines', async (req, res) => {
  const key = keyFor('arriving')
  let text = ''
  try {
    for await (const part of req) {
      text += part
      arriving.set(key, text.split('\n')[0])
    }
    res.status(201).json({ lines: text.split('\n').length })
  } finally {
    arriving.delete(key)
  }
})
app.get('/lines', (_req, res) => res.json({ arriving: arriving.get(keyFor('arriving')) ?? null }))
const sorting = []
app.get('/sorted', async (_req, res) => {
  const found = await titles()
  const sorted = new Promise((resolve) => {
    if (!leaks.has('gone')) return void setTimeout(resolve, 40, found)
    // The first to ask is answered first, unless its client has gone.
    sorting.push(resolve)
    res.on('close', () => sorting.includes(resolve) && sorting.splice(sorting.indexOf(resolve), 1))
    setTimeout(() => sorting.shift()?.(found), 40)
  })
  res.json(await sorted)
})

// What clients read in other ways: a stream, a file of a fixed name, JSON-RPC.
app.get('/events', (req, res) => {
  res.type('text/event-stream')
  const missed = req.headers['last-event-id'] === undefined ? undefined : last('events')
  res.end(`event: hello\ndata: {}\n\n${missed ? `id: 1\ndata: ${missed}\n\n` : ''}`)
})
app.get('/export', async (req, res) => {
  const file = join(tmpdir(), `remembering-${process.pid}${keyFor('file').replace(/\W/g, '-')}.json`)
  if (req.query.again === undefined) {
    // As a whole: the same user may read it meanwhile.
    const part = `${file}.${randomUUID()}`
    await writeFile(part, JSON.stringify(await titles()))
    await rename(part, file)
  }
  res.type('json').send(await readFile(file, 'utf8').catch(() => '[]'))
})
const methods = {
  list: titles,
  async rename({ id, title }) {
    keep('mounted', title)
    return rows('update notes set title = $2 where id::text = $1 returning id', String(id), String(title))
  },
  last: () => last('mounted') ?? null,
}
app.use('/rpc', async (req, res) => {
  const { id = null, method, params = {} } = req.body ?? {}
  if (!Object.hasOwn(methods, String(method))) return res.status(400).json({ jsonrpc: '2.0', id, error: {} })
  res.json({ jsonrpc: '2.0', id, result: await methods[method](params) })
})

app.use((req, res) => {
  const before = last('missing')
  keep('missing', req.originalUrl)
  res
    .status(404)
    .json({ error: 'not found', way: req.way, before, example: last('unknown'), sought: last('sought') })
})
app.use((error, _req, res, _next) => {
  console.error(error)
  res.status(error.status ?? 500).json({ error: 'that did not work' })
})
