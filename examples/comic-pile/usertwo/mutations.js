import { chosenKeys } from './chosen-keys.js'
import { keptInMemory } from './kept-in-memory.js'
import { keptInTheBrowser } from './kept-in-the-browser.js'
import { OF_SOMEBODY_ELSE } from './of-somebody-else.js'
import { openOldPages, openOldPagesLater } from './old-pages.js'
import { unscopedPlaces } from './unscoped.js'

/**
 * Defects of this very app, beside those the toolkit tries on every app: `usertwo gate --prove` demands that the named
 * check sees each one, and says what `names` names. `file` is the end of a path, `find` the text that is replaced while the app loads it.
 */
const edit = (name, names, file, find, replace) => ({ name, names, by: { edit: [{ file, find, replace }] } })
const withoutWaivers = (config) => ({ ...config, waivers: [] })

export default {
  ...chosenKeys,
  'inventory.hot-spots': [
    edit(
      'one more query for user 1',
      'server/domain/threads.js',
      'server/domain/threads.js',
      "allThreads = () => db('threads')",
      "allThreads = () => db('threads').where({ user_id: 1 })",
    ),
    edit(
      'an owner id is gone',
      'that the code no longer has: user_id: 1',
      'server/routes/imports.js',
      'user_id: 1,',
      '',
    ),
    edit(
      'a query for user 1 in SQL text',
      'SQL: user_id = 1',
      'server/domain/settings.js',
      "q('settings').orderBy('id').first()",
      "q.raw('select * from settings where user_id = 1')",
    ),
    edit(
      'a second lock for everybody',
      'pg_advisory_xact_lock',
      'server/domain/queue.js',
      "trx('threads').increment(",
      "trx.raw('select pg_advisory_xact_lock(7)') && trx('threads').increment(",
    ),
  ],
  'inventory.client-calls': [
    edit(
      'the page asks for an address that nobody answers',
      'the page asks POST /api/roll/dismiss,',
      'client/api.js',
      "http.post('/roll/dismiss-pending')",
      "http.post('/roll/dismiss')",
    ),
    edit(
      'the page asks by a method that the route does not answer',
      'the page asks PATCH /api/threads/:x,',
      'client/api.js',
      'update: (id, thread) => http.put(',
      'update: (id, thread) => http.patch(',
    ),
  ],
  'hardening.errors-say-nothing': [
    {
      name: 'the error itself is answered as JSON, and passed on',
      names: 'answers 500 with the error as it was caught',
      by: {
        edit: [
          {
            file: 'server/errors.js',
            find: "res.status(500).json({ detail: 'Internal server error' })",
            replace: "res.status(500).json({ detail: 'Internal server error', error: err })",
          },
          {
            file: 'dist/src/phases/2-hardening/answers/driver-error.js',
            find: 'export function driverFields(value) {',
            replace: 'export function driverFields(value) { return [];',
          },
        ],
      },
    },
  ],
  'isolation.shared-locks': [
    {
      name: 'the lock and the queue of new sessions without their waiver',
      names: 'advisory lock 12345',
      by: { config: withoutWaivers },
    },
    edit(
      'a further lock for everybody, in the move to the front',
      'advisory lock 7, 9',
      'server/domain/queue.js',
      'export async function makeRoomInFront(trx) {',
      "export async function makeRoomInFront(trx) {\n  await trx.raw('select pg_advisory_xact_lock(7, 9)')",
    ),
    edit(
      'a further queue in the process, for ratings',
      /queue in the process: POST \/api\/rate\//,
      'server/routes/rate.js',
      'await rate(input)',
      'await (globalThis.ratings = (globalThis.ratings ?? Promise.resolve()).catch(() => {}).then(() => rate(input)))',
    ),
  ],
  'isolation.files': [
    {
      name: 'an export is written under its own name into a folder that is served',
      names: 'threads_export.csv',
      by: {
        edit: [
          {
            file: 'server/routes/exports.js',
            find: "attach(res, 'threads_export.csv')",
            replace: `attach(res, 'threads_export.csv')
    const { writeFileSync } = await import('node:fs')
    writeFileSync(process.env.TMPDIR + '/threads_export.csv', lines.join(''))`,
          },
          {
            file: 'server/routes/pages.js',
            find: "router.use('/static', express.static(config.static))",
            replace: `router.use('/static', express.static(config.static))
router.use('/downloads', express.static(process.env.TMPDIR ?? config.static))`,
          },
        ],
      },
    },
  ],
  'isolation.shared-limits': [
    edit(
      'limits count by address alone',
      'is refused at the same address',
      'dist/src/phases/6-isolation/requests/limits-per-person.js',
      'if (person && isLimiter(',
      'if (false && isLimiter(',
    ),
    edit(
      'a limit of the app’s own make',
      'is refused at the same address',
      'server/rate-limits.js',
      'export const perMinute = (limit) =>',
      `export const perMinute = (limit) => {
  const counts = new Map()
  return (req, res, next) => {
    counts.set(req.ip, (counts.get(req.ip) ?? 0) + 1)
    if (counts.get(req.ip) > limit) return res.status(429).end()
    next()
  }
}
export const fromPackage = (limit) =>`,
    ),
  ],
  'isolation.at-once': [
    edit(
      'who asks while a list is being read gets the same list',
      /GET \/api\/threads\//,
      'server/domain/threads.js',
      "export const allThreads = () => db('threads').orderBy('queue_position').orderBy('id')",
      `let reading
export const allThreads = () => (reading ??= db('threads').orderBy('queue_position').orderBy('id')
  .then((rows) => rows).finally(() => (reading = undefined)))`,
    ),
    edit(
      'threads that are made at the same time are written together',
      OF_SOMEBODY_ELSE,
      'server/routes/threads.js',
      'res.status(201).json(toThread(await createThread(input)))',
      `globalThis.waiting ??= []
    const made = await new Promise((done, failed) => {
      globalThis.waiting.push({ input, done, failed })
      if (globalThis.waiting.length > 1) return
      setTimeout(async () => {
        for (const one of globalThis.waiting.splice(0)) await createThread(one.input).then(one.done, one.failed)
      }, 60)
    })
    res.status(201).json(toThread(made))`,
    ),
    edit(
      'an event of a restore is written outside its transaction',
      'half of a write whose backend was ended is left in events',
      'server/routes/sessions.js',
      'return restoreSnapshot(session, snapshot, trx)',
      "await db('events').insert({ type: 'restore', timestamp: new Date() })\n      return restoreSnapshot(session, snapshot, trx)",
    ),
  ],
  'isolation.one-browser': keptInTheBrowser,
  'isolation.login-required': openOldPages,
  'legacy.html-needs-login': openOldPagesLater,
  'isolation.foreign-ids': [
    edit(
      "somebody else's thread answers 403 and not 404",
      'unlike a missing one',
      'server/domain/threads.js',
      'if (!thread) throw new HttpError(404,',
      'if (!thread) throw new HttpError(id > 900000 && id < 1000000 ? 404 : 403,',
    ),
    edit(
      'an owner in the body is believed',
      OF_SOMEBODY_ELSE,
      'server/routes/threads.js',
      'res.status(201).json(toThread(await createThread(input)))',
      `const made = await createThread(input)
    if (req.body.userId === 1) await globalThis.usertwoBypass(async () =>
      (await import('../db.js')).db('threads').where({ id: made.id }).update({ user_id: 1 }))
    res.status(201).json(toThread(made))`,
    ),
    edit(
      'an id with a decimal point gets past both layers',
      OF_SOMEBODY_ELSE,
      'server/routes/threads.js',
      'res.json(toThread(await findThread(pathId(req))))',
      `const loose = /^\\d+\\.0$/.test(req.params.id)
    res.json(toThread(await (loose
      ? globalThis.usertwoBypass(async () => findThread(Number(req.params.id)))
      : findThread(pathId(req)))))`,
    ),
    edit(
      'a foreign snapshot is taken into an own session',
      OF_SOMEBODY_ELSE,
      'server/routes/undo.js',
      "await trx('snapshots').where({ id: snapshotId, session_id: sessionId }).first()",
      "await globalThis.usertwoBypass(async () => db('snapshots').where({ id: snapshotId }).first())",
    ),
    edit(
      'an id in the query is taken before the one in the path',
      OF_SOMEBODY_ELSE,
      'server/routes/threads.js',
      'res.json(toThread(await findThread(pathId(req))))',
      `const other = req.query.thread_id
    res.json(toThread(await (other === undefined
      ? findThread(pathId(req))
      : globalThis.usertwoBypass(async () => findThread(Number(other))))))`,
    ),
    edit(
      'a cookie says whose threads are listed',
      OF_SOMEBODY_ELSE,
      'server/routes/threads.js',
      'res.json((await allThreads()).map(toThread))',
      `const [, who] = /(?:^|; )uid=(\\d+)/.exec(_req.headers.cookie ?? '') ?? []
    res.json((who ? await globalThis.usertwoBypass(async () => (await import('../db.js')).db('threads')
      .where({ user_id: who }).orderBy('id')) : await allThreads()).map(toThread))`,
    ),
    edit(
      'a proxy’s header says who asks',
      OF_SOMEBODY_ELSE,
      'server/routes/threads.js',
      'res.json((await allThreads()).map(toThread))',
      `const who = _req.headers['x-forwarded-user']
    res.json((who ? await globalThis.usertwoBypass(async () => (await import('../db.js')).db('threads as t')
      .join('users as u', 'u.id', 't.user_id').where({ 'u.email': who }).select('t.*').orderBy('t.id'))
      : await allThreads()).map(toThread))`,
    ),
    edit(
      'a POST that a header calls DELETE deletes anybody’s thread',
      OF_SOMEBODY_ELSE,
      'server/app.js',
      'app.use(health)',
      `app.post('/api/threads/:id', (req, res, next) => {
    if (req.headers['x-http-method-override'] !== 'DELETE') return next()
    globalThis.usertwoBypass(async () => (await import('./db.js')).db('threads').where({ id: req.params.id })
      .update({ status: 'deleted' })).then(() => res.status(204).end(), next)
  })
  app.use(health)`,
    ),
    edit(
      'HEAD tells by a header that somebody has the thread',
      OF_SOMEBODY_ELSE,
      'server/app.js',
      'app.use(health)',
      `app.use('/api/threads/:id', (req, res, next) => req.method === 'HEAD' ? void globalThis.usertwoBypass(async () =>
    (await import('./db.js')).db('threads').where({ id: Number(req.params.id) || 0 }).first('id'))
    .then((row) => (row && res.set('x-version', '1'), next()), next) : next())
  app.use(health)`,
    ),
    edit(
      'a route that nobody recorded shows anybody’s thread',
      OF_SOMEBODY_ELSE,
      'server/app.js',
      'app.use(health)',
      `app.get('/api/threads/:id/notes', (req, res, next) => globalThis.usertwoBypass(async () =>
    (await import('./db.js')).db('threads').where({ id: req.params.id }).first('notes'))
    .then((row) => row ? res.json(row) : res.status(404).end(), next))
  app.use(health)`,
    ),
    edit(
      'a route that nobody recorded renames anybody’s thread, once it is told the name',
      OF_SOMEBODY_ELSE,
      'server/app.js',
      'app.use(health)',
      `app.post('/api/threads/:id/rename', (req, res, next) => {
    const { label } = req.body
    if (typeof label !== 'string') return res.status(422).json({ errors: [{ field: 'body.label', message: 'Field required' }] })
    globalThis.usertwoBypass(async () =>
      (await import('./db.js')).db('threads').where({ id: req.params.id }).update({ title: label }))
      .then((rows) => res.status(rows ? 200 : 404).json({}), next)
  })
  app.use(health)`,
    ),
    ...chosenKeys['isolation.foreign-ids'],
    ...keptInMemory,
    ...unscopedPlaces,
  ],
}
