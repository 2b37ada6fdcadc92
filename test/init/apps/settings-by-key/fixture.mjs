export default {
  shapes: [],
  leak: {
    file: 'server.js',
    from: 'if (!rows[0]) return',
    to: 'globalThis.kept ??= {}\n  rows[0] = globalThis.kept[req.params.key] ??= rows[0]\n  if (!rows[0]) return',
    only: 'isolation.foreign-ids,isolation.new-user,isolation.foreign-at-once',
    names: /GET \/settings\/:key/,
  },
}
