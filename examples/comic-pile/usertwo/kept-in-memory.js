/*
 * Answers and rows that the process keeps without asking whose they are: memos, caches in front of the routes, and ETags
 * that stand for what everybody sees. None of them reaches the database, where both layers are.
 */
import { OF_SOMEBODY_ELSE } from './of-somebody-else.js'

const kept = (name, file, find, replace) => ({
  name,
  names: OF_SOMEBODY_ELSE,
  by: { edit: [{ file, find, replace }] },
})

const threads = 'server/domain/threads.js'
const app = 'server/app.js'
const inFront = "app.enable('strict routing')"
const routes = 'app.use(health)'

export const keptInMemory = [
  kept(
    'a list is kept in memory for whoever asks next',
    threads,
    "export const allThreads = () => db('threads').orderBy('queue_position').orderBy('id')",
    "let kept\nexport const allThreads = async () => (kept ??= await db('threads').orderBy('queue_position').orderBy('id'))",
  ),
  kept(
    'a list is kept by its argument',
    threads,
    'export function staleThreads(days) {',
    `const stale = new Map()
export async function staleThreads(days) {
  if (!stale.has(days)) stale.set(days, await findStale(days))
  return stale.get(days)
}
function findStale(days) {`,
  ),
  kept(
    'the rows read last are kept by their ids',
    threads,
    'export async function findThread(id, q = db) {',
    `const last = new Map()
export async function findThread(id, q = db) {
  if (last.has(id)) return last.get(id)
  const thread = await read(id, q)
  if (last.size > 50) last.delete(last.keys().next().value)
  last.set(id, thread)
  setTimeout(() => last.delete(id), 5_000).unref()
  return thread
}
async function read(id, q) {`,
  ),
  kept(
    'an answer is kept by its path alone',
    app,
    routes,
    `const kept = new Map()
  app.use('/api/admin/export', (req, res, next) => {
    const [{ path }, { send }] = [req, res]
    if (kept.has(path)) return send.call(res, kept.get(path))
    res.send = (body) => send.call(res, (kept.set(path, body), body))
    next()
  })
  ${routes}`,
  ),
  kept(
    'a list is read at the start, and kept for whoever asks',
    app,
    routes,
    `const titles = globalThis.usertwoBypass(async () => (await import('./db.js')).db('threads').select('title'))
  app.get('/api/titles', (_req, res, next) => titles.then((rows) => res.json(rows), next))
  ${routes}`,
  ),
  kept(
    'an export lies in a file that its answer names, and that anybody may read',
    app,
    routes,
    `const files = new Map()
  app.post('/api/exports', async (_req, res) => {
    files.set('/threads.csv', JSON.stringify(await (await import('./domain/threads.js')).allThreads()))
    res.status(201).json({ file: '/exports/threads.csv' })
  })
  app.use('/exports', (req, res, next) => files.has(req.path) ? res.send(files.get(req.path)) : next())
  ${routes}`,
  ),
  kept(
    'a cache stands in front of everything and keeps what was read for a while',
    app,
    inFront,
    `${inFront}
  const kept = new Map()
  app.use((req, res, next) => {
    if (req.method !== 'GET') return next()
    const key = req.originalUrl
    const known = kept.get(key)
    if (known) return res.writeHead(known.status, { 'content-type': known.type }).end(known.body)
    const { end } = res
    res.end = function (body, ...rest) {
      if (res.statusCode === 200 && body) kept.set(key, { status: 200, type: res.getHeader('content-type'), body })
      return end.call(res, body, ...rest)
    }
    next()
  })`,
  ),
  kept(
    'anybody’s ETag means "not modified"',
    app,
    routes,
    `app.get('/api/threads/', (req, res, next) => req.headers['if-none-match'] ? res.status(304).end() : next())
  ${routes}`,
  ),
  kept(
    'the process remembers one ETag for each path',
    app,
    routes,
    `const tags = new Map()
  app.use('/api/sessions', (req, res, next) => {
    if (req.method !== 'GET') return next()
    const [known, key] = [tags.get(req.originalUrl), req.originalUrl]
    if (known && req.headers['if-none-match'] === known) return res.status(304).end()
    res.on('finish', () => tags.set(key, res.getHeader('etag')))
    next()
  })
  ${routes}`,
  ),
  kept(
    'an ETag counts the writes of everybody',
    app,
    routes,
    `let writes = 0
  app.use('/api', (req, res, next) => {
    if (req.method !== 'GET') writes += 1
    else {
      const tag = 'W/"writes-' + writes + '"'
      res.set('ETag', tag)
      if (req.headers['if-none-match'] === tag) return res.status(304).end()
    }
    next()
  })
  ${routes}`,
  ),
]
