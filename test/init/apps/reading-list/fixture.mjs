export default {
  shapes: [1, 7, 11, 13, 22, 24, 32],
  leak: {
    file: 'app.js',
    from: "res.json(await db('books').select('*').orderBy('id'))",
    to: "res.json((globalThis.kept ??= await db('books').select('*').orderBy('id')))",
    only: 'isolation.foreign-ids,isolation.new-user,isolation.no-interference',
    names: /GET \/api\/books/,
  },
}
