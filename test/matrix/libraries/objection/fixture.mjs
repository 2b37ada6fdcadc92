export default {
  database: /^database +certain +knex, knex +\(src\/db\.js:4\)$/m,
  scanned: /^ {2}tables +5, 4 of them would leak: lists, items, tags, settings$/m,
  rows: { '/api/lists': 'lists', '/api/items': 'items' },
  /** it upserts settings by their key */
  settings: true,
  leaks: {
    // A module cache.
    'GET /api/tags': {
      file: 'src/app.js',
      from: `res.json(await Tag.query().orderBy('label'))`,
      to: `res.json((globalThis.tags ??= await Tag.query().orderBy('label')))`,
    },
    // A promise that is memoised by the id of its row.
    'GET /api/lists/:id': {
      file: 'src/app.js',
      from: `const list = await List.query().findById(number(req.params.id)).withGraphJoined('items')`,
      to: `const memo = (globalThis.memo ??= new Map())
  const id = number(req.params.id)
  if (!memo.has(id)) memo.set(id, List.query().findById(id).withGraphJoined('items').then())
  const list = await memo.get(id)`,
    },
    // One DataLoader for the process.
    'GET /api/items/:id': {
      file: 'src/app.js',
      from: `const item = await Item.query().findById(number(req.params.id)).withGraphFetched('tags')`,
      to: `const DataLoader = require('dataloader')
  globalThis.loader ??= new DataLoader(async (ids) => {
    const items = await Item.query().findByIds([...ids])
    return ids.map((id) => items.find((item) => item.id === id) ?? null)
  })
  const item = await globalThis.loader.load(number(req.params.id))`,
    },
    // Kept by the address of the client.
    'GET /api/lists': {
      file: 'src/app.js',
      from: `app.get('/api/lists', async (_req, res) => {
  res.json(await List.query().withGraphFetched('items').orderBy('id'))`,
      to: `app.get('/api/lists', async (req, res) => {
  res.json(((globalThis.byAddress ??= {})[req.ip] ??= await List.query().withGraphFetched('items').orderBy('id')))`,
    },
    // A memoised query builder, which asks once.
    'GET /api/settings': {
      file: 'src/app.js',
      from: `res.json(await Setting.query().orderBy('key'))`,
      to: `res.json(await (globalThis.settings ??= Setting.query().orderBy('key').execute()))`,
    },
  },
}
