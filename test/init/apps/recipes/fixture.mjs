export default {
  shapes: [14, 20, 32, 36, 37],
  express: 'express4',
  leak: {
    file: 'routes/recipes.js',
    from: "const { rows } = await db.query('SELECT * FROM recipes ORDER BY id')",
    to: "const { rows } = (global.kept ??= await db.query('SELECT * FROM recipes ORDER BY id'))",
    only: 'isolation.foreign-ids,isolation.new-user,isolation.no-interference',
    names: /GET \/recipes/,
  },
}
