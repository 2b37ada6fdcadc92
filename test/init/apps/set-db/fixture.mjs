export default {
  shapes: [6, 11, 12, 13, 20, 21, 26, 29, 30],
  leak: {
    file: 'src/folders.js',
    from: '.then((folders) => res.json(folders))',
    to: '.then((folders) => res.json((global.kept ??= folders)))',
    only: 'isolation.foreign-ids,isolation.new-user,isolation.no-interference',
    names: /GET \/api\/folders/,
  },
}
