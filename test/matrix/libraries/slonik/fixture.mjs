export default {
  database: /^database +certain +slonik, pool +\(src\/db\.js:3\)$/m,
  scanned: /^ {2}tables +5, 5 of them would leak: /m,
  rows: { '/api/lists': 'lists', '/api/items': 'items' },
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
  },
}
