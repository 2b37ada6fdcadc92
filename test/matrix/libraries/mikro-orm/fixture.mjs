export default {
  database: /^database +certain +MikroORM, orm +\(src\/orm\.js:4\)$/m,
  scanned: /^ {2}tables +5, 4 of them would leak: lists, items, tags, settings$/m,
  rows: { '/api/lists': 'lists', '/api/items': 'items' },
  /** it upserts settings by their key */
  settings: true,
  /** what `init --run` refuses, and the edit that it asks for */
  run: {
    refused:
      /src\/app\.js:\d+: cached results are kept for all users.*leave --run out, or take the cache out/,
    edit: { file: 'src/app.js', from: `, cache: 5_000`, to: '' },
  },
  leaks: {
    // A module cache of plain objects.
    'GET /api/settings': {
      file: 'src/app.js',
      from: `res.json(await em.find(Setting, {}, { orderBy: { key: 'asc' } }))`,
      to: `res.json((globalThis.settings ??= await em.find(Setting, {}, { orderBy: { key: 'asc' } })))`,
    },
    // One fork for the process: its identity map gives every user what it has read for one.
    'GET /api/items/:id': {
      file: 'src/app.js',
      from: `const item = await em.findOne(Item, number(req.params.id), { populate: ['tags'] })
  if (!item) return res.status(404).json({ error: 'not found' })
  res.json(item)`,
      to: `globalThis.fork ??= em.fork({ useContext: false })
  const item = await globalThis.fork.findOne(Item, number(req.params.id), { populate: ['tags'] })
  if (!item) return res.status(404).json({ error: 'not found' })
  res.json(item)`,
    },
    // A promise that is memoised by the id of its row.
    'GET /api/lists/:id': {
      file: 'src/app.js',
      from: `const list = await em.findOne(List, { id: number(req.params.id) }, { populate: ['items'] })`,
      to: `const memo = (globalThis.memo ??= new Map())
  const id = number(req.params.id)
  if (!memo.has(id)) memo.set(id, em.findOne(List, { id }, { populate: ['items'] }))
  const list = await memo.get(id)`,
    },
    // Kept by the address of the client.
    'GET /api/lists': {
      file: 'src/app.js',
      from: `app.get('/api/lists', async (_req, res) => {
  res.json(await`,
      to: `app.get('/api/lists', async (req, res) => {
  res.json((globalThis.byAddress ??= {})[req.ip] ??= await`,
    },
    // Rows of plain SQL, kept by the words that were looked for.
    'GET /api/search': {
      file: 'src/app.js',
      from: `const found = await em`,
      to: `const found = (globalThis.searches ??= {})[words] ??= await em`,
    },
  },
}
