const { Router } = require('express')
const db = require('../db')

const router = Router()
const number = (text) => Number.parseInt(text, 10) || 0

router.get('/', async (_req, res) => {
  const { rows } = await db.query('SELECT * FROM recipes ORDER BY id')
  res.json(rows)
})
router.get('/:id', async (req, res, next) => {
  const { rows } = await db.query('SELECT * FROM recipes WHERE id = $1', [number(req.params.id)])
  if (rows.length === 0) next(new Error('no such recipe'))
  res.json(rows[0])
})
router.post('/', async (req, res) => {
  const { title, notes, category_id } = req.body
  if (!title) return res.status(400).json({ error: 'title is required' })
  const text = 'INSERT INTO recipes (title, notes, category_id) VALUES ($1, $2, $3) RETURNING *'
  const { rows } = await db.query(text, [title, notes, category_id])
  res.status(201).json(rows[0])
})
router.get('/:id/ingredients', async (req, res) => {
  const text = 'SELECT * FROM ingredients WHERE recipe_id = $1 ORDER BY id'
  res.json((await db.query(text, [number(req.params.id)])).rows)
})
router.post('/:id/ingredients', async (req, res) => {
  const text = 'INSERT INTO ingredients (recipe_id, name) VALUES ($1, $2) RETURNING *'
  const { rows } = await db.query(text, [number(req.params.id), req.body.name])
  res.status(201).json(rows[0])
})
router.patch('/:id/ingredients/bought', async (req, res) => {
  const text = 'UPDATE ingredients SET bought = true WHERE recipe_id = $1 RETURNING *'
  res.json((await db.query(text, [number(req.params.id)])).rows)
})
router.delete('/bought', async (_req, res) => {
  const { rowCount } = await db.query('DELETE FROM ingredients WHERE bought')
  res.json({ deleted: rowCount })
})
router.delete('/', async (_req, res) => {
  const { rows } = await db.query('DELETE FROM recipes RETURNING *')
  res.json(rows)
})

module.exports = router
