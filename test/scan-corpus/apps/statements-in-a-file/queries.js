module.exports = {
  mine: 'SELECT * FROM recipes WHERE user_id = $1',
  one: 'SELECT * FROM recipes WHERE id = $1',
  add: 'INSERT INTO recipes (user_id, title) VALUES ($1, $2) RETURNING *',
  remove: 'DELETE FROM recipes WHERE id = $1 AND user_id = $2',
  steps: 'SELECT * FROM steps WHERE recipe_id = $1 ORDER BY id',
  addStep: 'INSERT INTO steps (recipe_id, body) VALUES ($1, $2)',
  units: 'SELECT * FROM units ORDER BY name',
}
