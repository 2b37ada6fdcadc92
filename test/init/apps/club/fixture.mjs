export default {
  shapes: [8, 19, 20, 21, 23, 24, 30, 31],
  leak: {
    file: 'src/app.js',
    from: "res.json((await rows('select theme from preferences'))[0])",
    to: "res.json((globalThis.kept ??= (await rows('select theme from preferences'))[0]))",
    only: 'isolation.foreign-ids,isolation.new-user,isolation.no-interference,isolation.policies-alone',
    names: /GET \/preferences/,
  },
}
