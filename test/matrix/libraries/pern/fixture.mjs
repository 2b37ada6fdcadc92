const answered = {
  file: 'index.js',
  from: 'console.error(err.message)\n  }',
  to: 'console.error(err.message)\n    res.status(500).end()\n  }',
}

export default {
  database: /^database +certain +pg, pool +\(db\.js:3\)$/m,
  scanned:
    /Handler that swallows its errors \(swallowed-error, 9\)[\s\S]*index\.js:18 [\s\S]*index\.js:28 [\s\S]*index\.js:77 /,
  /** what init says of them */
  points: /^ {2}index\.js:18 and 8 more: it catches an error and sends no answer/m,
  rows: { '/api/lists': 'lists', '/api/items': 'items' },
  /** what the gate says while the handlers answer none of their errors */
  unanswered:
    /isolation\.foreign-ids: unknown: POST \/api\/lists\/:id\/items this handler swallows its errors: index\.js:77/,
  /** the one edit beside the two: each handler answers its errors */
  after: [
    ...Array(7).fill(answered),
    {
      file: 'index.js',
      from: 'console.log(err.message)\n',
      to: 'console.log(err.message)\n    res.status(500).end()\n',
    },
    {
      file: 'index.js',
      from: '.catch((err) => console.error(err.message))',
      to: '.catch((err) => {\n      console.error(err.message)\n      res.status(500).end()\n    })',
    },
  ],
  leaks: {
    // A module cache.
    'GET /api/lists': {
      file: 'index.js',
      from: `const allLists = await pool`,
      to: `const allLists = globalThis.lists ??= await pool`,
    },
    // A promise that is memoised by the id of its row.
    'GET /api/lists/:id': {
      file: 'index.js',
      from: `const list = await pool.query('SELECT * FROM lists WHERE id = $1', [id])`,
      to: `const memo = (globalThis.memo ??= {})
    const list = await (memo[id] ??= pool.query('SELECT * FROM lists WHERE id = $1', [id]))`,
    },
    // Rows that are kept by the id of their parent.
    'GET /api/lists/:id/items': {
      file: 'index.js',
      from: `res.json(items.rows)`,
      to: `res.json((globalThis.items ??= {})[id] ??= items.rows)`,
    },
    // One DataLoader for the process.
    'GET /api/items/:id': {
      file: 'index.js',
      from: `const item = await pool.query('SELECT * FROM items WHERE id = $1', [id])
    res.json(item.rows[0])`,
      to: `const DataLoader = require('dataloader')
    globalThis.loader ??= new DataLoader(async (ids) => {
      const { rows } = await pool.query('SELECT * FROM items WHERE id = ANY($1)', [ids])
      return ids.map((one) => rows.find((row) => String(row.id) === String(one)))
    })
    res.json(await globalThis.loader.load(id))`,
    },
    // Kept by the address of the client.
    'GET /api/totals': [
      {
        file: 'index.js',
        from: `'/api/totals', (_req, res)`,
        to: `'/api/totals', (req, res)`,
      },
      {
        file: 'index.js',
        from: `.then(({ rows }) => res.json(rows[0]))`,
        to: `.then(({ rows }) => res.json(((globalThis.byAddress ??= {})[req.ip] ??= rows[0])))`,
      },
    ],
  },
}
