export default {
  shapes: [4, 6, 9, 18, 29, 33],
  express: 'express4',
  leak: {
    file: 'routes/entries.js',
    from: '.then((found) => res.json(found.rows))',
    to: '.then((found) => res.json((global.kept = global.kept || found.rows)))',
    only: 'isolation.foreign-ids,isolation.new-user,isolation.no-interference',
    names: /GET \/entries/,
  },
}
