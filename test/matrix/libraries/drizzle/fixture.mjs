export default {
  database: /^database +certain +Drizzle, db +\(src\/db\.js:4\)$/m,
  scanned: /^ {2}tables +5, .*5 of them would leak: /m,
  rows: { '/api/lists': 'lists', '/api/items': 'items' },
  /** it upserts settings by their key */
  settings: true,
  leaks: {
    // The result of a relational query, kept by the module.
    'GET /api/tags': {
      file: 'src/app.js',
      from: "res.json(all)\n})\n\napp.get('/api/unused-tags'",
      to: "res.json((globalThis.tags ??= all))\n})\n\napp.get('/api/unused-tags'",
    },
    // The promise of a prepared statement, memoised by its parameter.
    'GET /api/lists/:id': {
      file: 'src/app.js',
      from: 'const list = await listById.execute({ id: number(req.params.id) })',
      to: `const memo = (globalThis.memo ??= new Map())
  const id = number(req.params.id)
  if (!memo.has(id)) memo.set(id, listById.execute({ id }))
  const list = await memo.get(id)`,
    },
    // One DataLoader for the process.
    'GET /api/items/:id': {
      file: 'src/app.js',
      from: `const item = await db.query.items.findFirst({
    where: (item, { eq }) => eq(item.id, id),
    with: { list: { columns: { name: true } }, itemTags: { with: { tag: true } } },
  })`,
      to: `const { default: DataLoader } = await import('dataloader')
  globalThis.loader ??= new DataLoader(async (ids) => {
    const found = await db.query.items.findMany({ where: (item, { inArray }) => inArray(item.id, [...ids]) })
    return ids.map((one) => found.find((item) => item.id === one) ?? null)
  })
  const item = await globalThis.loader.load(id)`,
    },
    // Rows that are kept by the address of the client.
    'GET /api/lists': {
      file: 'src/app.js',
      from: 'res.json(all)',
      to: 'res.json(((globalThis.byAddress ??= {})[req.ip] ??= all))',
    },
    // What a prepared statement gave once.
    'GET /api/largest': {
      file: 'src/app.js',
      from: 'res.json(await largest.execute({ most: 5 }))',
      to: 'res.json((globalThis.largest ??= await largest.execute({ most: 5 })))',
    },
  },
}
