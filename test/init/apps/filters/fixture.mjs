export default {
  shapes: [],
  leak: {
    file: 'server.js',
    from: '(await pool.query(text, [room])).rows })',
    to: '(globalThis.kept ??= (await pool.query(text, [room])).rows) })',
    only: 'isolation.foreign-ids,isolation.new-user,isolation.no-interference',
    names: /GET \/wishes\b/,
  },
}
