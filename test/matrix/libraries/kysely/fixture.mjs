export default {
  /** what init says of the handle */
  database: /^database +certain +Kysely, db +\(src\/db\.js:4\)$/m,
  /** what scan says of the tables */
  scanned: /^ {2}tables +5, .*5 of them would leak: items, lists, tags, item_tags, settings$/m,
  /** routes that answer a row by its id, and whose table it is in */
  rows: { '/api/lists': 'lists', '/api/items': 'items' },
  /** it upserts settings by their key */
  settings: true,
  /** each is planted in a route of its own, and all at once */
  leaks: {
    // A module cache.
    'GET /api/tags': {
      file: 'src/app.js',
      from: `res.json(await db.selectFrom('tags').selectAll().orderBy('label').execute())`,
      to: `res.json((globalThis.tags ??= await db.selectFrom('tags').selectAll().orderBy('label').execute()))`,
    },
    // A promise that is memoised by the id of its row.
    'GET /api/lists/:id': {
      file: 'src/app.js',
      from: `const list = await db
    .selectFrom('lists')
    .selectAll('lists')`,
      to: `const memo = (globalThis.memo ??= new Map())
  const key = req.params.id
  if (!memo.has(key)) memo.set(key, listOf(number(key)))
  const list = await memo.get(key)
  if (!list) return res.status(404).json({ error: 'not found' })
  res.json(list)
})

const listOf = (id) => db.selectFrom('lists').selectAll().where('id', '=', id).executeTakeFirst()

app.get('/api/lists/:id/whole', async (req, res) => {
  const list = await db
    .selectFrom('lists')
    .selectAll('lists')`,
    },
    // One DataLoader for the process.
    'GET /api/items/:id': {
      file: 'src/app.js',
      from: `const item = await db.selectFrom('items').selectAll().where('id', '=', id).executeTakeFirst()`,
      to: `const { default: DataLoader } = await import('dataloader')
  globalThis.loader ??= new DataLoader(async (ids) => {
    const items = await db.selectFrom('items').selectAll().where('id', 'in', [...ids]).execute()
    return ids.map((one) => items.find((item) => item.id === one) ?? null)
  })
  const item = await globalThis.loader.load(id)`,
    },
    // Kept by the address of the client.
    'GET /api/lists': {
      file: 'src/app.js',
      from: 'res.json(lists)',
      to: 'res.json(((globalThis.byAddress ??= {})[req.ip] ??= lists))',
    },
    // A compiled query with rows that were kept beside it.
    'GET /api/stats/busiest': {
      file: 'src/stats.js',
      from: 'res.json(busiest)',
      to: 'res.json((globalThis.busiest ??= busiest))',
    },
  },
}
