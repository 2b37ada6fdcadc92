export default {
  shapes: [5, 14, 21, 22, 25],
  warned: /app\.js:\d+: the app makes its tables while it starts/,
  leak: {
    file: 'app.js',
    from: "res.json(await Trip.findAll({ order: [['id', 'ASC']] }))",
    to: "res.json((global.kept ??= await Trip.findAll({ order: [['id', 'ASC']] })))",
    only: 'isolation.foreign-ids,isolation.new-user,isolation.no-interference',
    names: /GET \/trips/,
  },
}
