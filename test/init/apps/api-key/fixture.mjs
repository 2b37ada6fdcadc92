export default {
  shapes: [2, 14, 16, 19, 21, 22, 28, 33],
  express: 'express4',
  leak: {
    file: 'index.js',
    from: 'res.json(found.rows)',
    to: 'res.json((global.kept ??= found.rows))',
    only: 'isolation.foreign-ids,isolation.new-user,isolation.no-interference',
    names: /GET \/bookmarks/,
  },
}
