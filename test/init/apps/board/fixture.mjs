export default {
  shapes: [],
  warned: /tables while it starts, which production refuses/,
  leak: {
    file: 'src/app.js',
    from: "res.json(await req.app.get('db')('todos').orderBy('id'))",
    to: "res.json((globalThis.kept ??= await req.app.get('db')('todos').orderBy('id')))",
    only: 'isolation.foreign-ids,isolation.new-user,isolation.no-interference',
    names: /GET \//,
  },
}
