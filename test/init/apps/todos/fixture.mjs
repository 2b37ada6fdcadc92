export default {
  shapes: [3, 7, 14, 19, 36],
  leak: {
    file: 'server.js',
    from: "(await pool.query('select * from lists order by id')).rows",
    to: "(globalThis.kept ??= (await pool.query('select * from lists order by id')).rows)",
    only: 'isolation.foreign-ids,isolation.new-user,isolation.no-interference',
    names: /GET \/lists\b/,
  },
}
