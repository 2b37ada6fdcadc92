export default {
  shapes: [5, 11, 22, 29],
  warned: /db\.js:\d+: the app makes its tables while it starts/,
  // It ends where its database comes up later than it does.
  red: /^rollout\.late-database: fail: .*does not wait for its database/,
  leak: {
    file: 'main.js',
    from: "res.json(await db('plants').orderBy('id'))",
    to: "res.json((globalThis.kept ??= await db('plants').orderBy('id')))",
    only: 'isolation.foreign-ids,isolation.new-user,isolation.no-interference',
    names: /GET \/plants/,
  },
}
