export default {
  shapes: [1, 14, 20, 24, 29, 33, 35, 39],
  tests: ['npm', 'test'],
  leak: {
    file: 'app.js',
    from: "res.status(200).json({ status: 'success', data })",
    to: "res.status(200).json({ status: 'success', data: (global.kept ??= data) })",
    only: 'isolation.foreign-ids,isolation.new-user,isolation.no-interference',
    names: /GET \/contacts/,
  },
}
