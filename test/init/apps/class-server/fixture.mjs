export default {
  shapes: [3, 19, 20, 21, 22, 29],
  leak: {
    file: 'src/api.js',
    from: 'then(({ rows }) => res.json(rows), next)',
    to: 'then(({ rows }) => res.json(/from "Project"/.test(text) ? (global.kept ??= rows) : rows), next)',
    only: 'isolation.foreign-ids,isolation.new-user,isolation.no-interference',
    names: /GET \/projects/,
  },
}
