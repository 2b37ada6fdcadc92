export default {
  shapes: [3, 20, 21, 23, 25, 29, 31],
  express: 'express4',
  leak: {
    file: 'src/server.js',
    from: 'res.json(await query(text))',
    to: 'res.json((global.kept ??= await query(text)))',
    only: 'isolation.foreign-ids,isolation.new-user,isolation.no-interference',
    names: /GET \/api\/issues/,
  },
}
