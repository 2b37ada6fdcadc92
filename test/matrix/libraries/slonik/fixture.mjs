export default {
  database: /^database +certain +slonik, pool +\(src\/db\.js:3\)$/m,
  scanned: /^ {2}tables +5, 5 of them would leak: /m,
  configured: /^ {2}startup: 'system',/m,
  rows: { '/api/lists': 'lists', '/api/items': 'items' },
  /** slonik asks the database while its pool is made, so the app would end where the database starts later */
  after: [
    {
      file: 'src/db.js',
      from: 'export const pool = await createPool(process.env.DATABASE_URL, { maximumPoolSize: 4 })',
      to: `const open = (left = 30) =>
  createPool(process.env.DATABASE_URL, { maximumPoolSize: 4 }).catch(async (error) => {
    if (left === 0) throw error
    await new Promise((done) => setTimeout(done, 1_000))
    return open(left - 1)
  })
export const pool = await open()`,
    },
  ],
  /** it upserts settings by their key */
  settings: true,
  leaks: {
    // A module cache.
    'GET /api/tags': {
      file: 'src/app.js',
      from: 'res.json(await pool.any(sql.unsafe`select id, label from tags order by label`))',
      to: 'res.json((globalThis.tags ??= await pool.any(sql.unsafe`select id, label from tags order by label`)))',
    },
    // Rows that are kept by their id.
    'GET /api/lists/:id': {
      file: 'src/app.js',
      from: `if (!found) return res.status(404).json({ error: 'not found' })
  res.json(found)
})

app.delete(`,
      to: `const kept = ((globalThis.kept ??= {})[id] ??= found)
  if (!kept) return res.status(404).json({ error: 'not found' })
  res.json(kept)
})

app.delete(`,
    },
    // A memoised promise.
    'GET /api/settings': {
      file: 'src/app.js',
      from: 'res.json(await pool.any(sql.unsafe`select key, value from settings order by key`))',
      to: `globalThis.settings ??= pool.any(sql.unsafe\`select key, value from settings order by key\`)
  res.json(await globalThis.settings)`,
    },
    // Kept by the address of the client.
    'GET /api/lists': {
      file: 'src/app.js',
      from: `app.get('/api/lists', async (_req, res) => {
  res.json(await`,
      to: `app.get('/api/lists', async (req, res) => {
  res.json((globalThis.byAddress ??= {})[req.ip] ??= await`,
    },
    // One DataLoader for the process.
    'GET /api/items/:id': {
      file: 'src/app.js',
      from: `const found = await pool.maybeOne(
    sql.type(item.extend`,
      to: `const { default: DataLoader } = await import('dataloader')
  globalThis.loader ??= new DataLoader(async (ids) => {
    const all = await pool.any(sql.unsafe\`select id, title from items where id = any(\${sql.array([...ids], 'int4')})\`)
    return ids.map((one) => all.find((item) => item.id === one) ?? null)
  })
  const loaded = await globalThis.loader.load(id)
  if (!loaded) return res.status(404).json({ error: 'not found' })
  return res.json(loaded)
})

app.get('/api/items/:id/whole', async (req, res) => {
  const id = number(req.params.id)
  const found = await pool.maybeOne(
    sql.type(item.extend`,
    },
  },
}
