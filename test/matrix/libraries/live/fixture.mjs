export default {
  database: /^database +certain +pg, pool +\(src\/db\.js:3\)$/m,
  scanned:
    /\/ws: a WebSocket \(src\/sockets\.js:14\)[\s\S]*server-sent events at src\/app\.js:83[\s\S]*tables +4, 4 of them would leak[\s\S]*Uploads served by their names[\s\S]*src\/files\.js:8 [\s\S]*Timer or cron job \(timer, 1\)[\s\S]*src\/jobs\.js:8 +node-cron: 0 6/,
  rows: { '/api/lists': 'lists', '/api/items': 'items' },
  /** the edits beside the two: whom the job works for, and uploads by their rows; and what init asks to be completed */
  after: [
    {
      file: 'src/jobs.js',
      from: `const { one } = require('./db')`,
      to: `const { forEachUser } = require('usertwo')\nconst { one } = require('./db')`,
    },
    { file: 'src/jobs.js', from: `* * *', digest)`, to: `* * *', () => forEachUser(digest))` },
    {
      file: 'src/files.js',
      from: `const { all, one } = require('./db')`,
      to: `const { sendUpload } = require('usertwo')\nconst { all, one } = require('./db')`,
    },
    {
      file: 'src/files.js',
      from: `files.use('/uploads', express.static(UPLOADS))`,
      to: `files.get(
  '/files/:id',
  sendUpload(UPLOADS, async (req) => {
    const row = await one('select path, name, type from files where id = $1', Number(req.params.id) || 0)
    return row && { file: row.path, name: row.name, type: row.type }
  }),
)`,
    },
    {
      file: 'usertwo.config.cjs',
      from: `    health: '/health'`,
      to: `    sockets: { '/ws': ['list'] },\n    health: '/health'`,
    },
    {
      file: 'usertwo/drive.mjs',
      from: `await call('GET', '/health')\n`,
      to: `const form = new FormData()
form.set('file', new Blob(['of the first item'], { type: 'text/plain' }), 'first.txt')
await fetch(new URL('/api/items/1/files', process.env.BASE_URL), { method: 'POST', body: form })
await call('GET', '/api/files/4')
await call('GET', '/health')
`,
    },
  ],
  leakChecks: 'isolation.live',
  leaks: {
    // A broadcast to every socket, by the request that writes.
    'GET /ws': {
      file: 'src/app.js',
      from: `const created = (_item) => {}`,
      to: `const { sockets } = require('./sockets')
const created = (item) => {
  for (const socket of sockets) socket.send(JSON.stringify(item))
}`,
    },
    // A queue that a timer sends to every stream.
    'GET /api/events': [
      {
        file: 'src/app.js',
        from: '  created(item)',
        to: '  created(item)\n  queued.push(item)',
      },
      {
        file: 'src/app.js',
        from: '  await send()\n',
        to: '  await send()\n  streams.add(res)\n',
      },
      {
        file: 'src/app.js',
        from: '/** Called with each new item. */',
        to: `const queued = []
const streams = new Set()
setInterval(() => {
  for (const item of queued.splice(0))
    for (const stream of streams) stream.write(\`data: \${JSON.stringify(item)}\\n\\n\`)
}, 100)
/** Called with each new item. */`,
      },
    ],
    // A module cache.
    'GET /api/files': {
      file: 'src/files.js',
      from: 'res.json(await all(',
      to: 'res.json(globalThis.files ??= await all(',
    },
    // A promise that is memoised by the id of its row.
    'GET /api/lists/:id': {
      file: 'src/app.js',
      from: `const list = await one('select id, name from lists where id = $1', number(req.params.id))
  if (!list) return res.status(404).json({ error: 'not found' })
  const items`,
      to: `const memo = (globalThis.memo ??= new Map())
  const id = number(req.params.id)
  if (!memo.has(id)) memo.set(id, one('select id, name from lists where id = $1', id))
  const list = await memo.get(id)
  if (!list) return res.status(404).json({ error: 'not found' })
  const items`,
    },
    // One DataLoader for the process.
    'GET /api/items/:id': {
      file: 'src/app.js',
      from: `const item = await one('select id, list_id, title, done from items where id = $1', number(req.params.id))`,
      to: `const DataLoader = require('dataloader')
  globalThis.loader ??= new DataLoader(async (ids) => {
    const found = await all('select id, title from items where id = any($1::int[])', [...ids])
    return ids.map((id) => found.find((item) => item.id === id) ?? null)
  })
  const item = await globalThis.loader.load(number(req.params.id))`,
    },
  },
}
