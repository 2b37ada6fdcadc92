export default {
  shapes: [],
  leak: {
    file: 'server.js',
    from: "await rowsOf('select * from readings order by day, id')",
    to: "(globalThis.kept ??= await rowsOf('select * from readings order by day, id'))",
    only: 'isolation.foreign-ids,isolation.new-user,isolation.no-interference',
    names: /GET \/readings\b/,
  },
}
