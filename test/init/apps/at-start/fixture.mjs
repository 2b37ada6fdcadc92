export default {
  shapes: [5, 11, 22, 29],
  warned: /db\.js:\d+: the app makes its tables while it starts/,
  leak: {
    file: 'main.js',
    from: "res.json(await db('plants').orderBy('id'))",
    to: "res.json((globalThis.kept ??= await db('plants').orderBy('id')))",
    only: 'isolation.foreign-ids,isolation.new-user,isolation.no-interference',
    names: /GET \/plants/,
  },
}
