const express = require('express')
const app = express()
const cors = require('cors')
const pool = require('./db')

//middleware
app.use(cors())
app.use(express.json())

//ROUTES

//create a list
app.post('/api/lists', async (req, res) => {
  try {
    const { name } = req.body
    const newList = await pool.query('INSERT INTO lists (name) VALUES($1) RETURNING *', [name])
    res.json(newList.rows[0])
  } catch (err) {
    console.error(err.message)
  }
})

//get all lists
app.get('/api/lists', async (_req, res) => {
  try {
    const allLists = await pool.query('SELECT * FROM lists')
    res.json(allLists.rows)
  } catch (err) {
    console.error(err.message)
  }
})

//get a list
app.get('/api/lists/:id', async (req, res) => {
  try {
    const { id } = req.params
    const list = await pool.query('SELECT * FROM lists WHERE id = $1', [id])
    res.json(list.rows[0])
  } catch (err) {
    console.error(err.message)
  }
})

//update a list
app.put('/api/lists/:id', async (req, res) => {
  try {
    const { id } = req.params
    const { name } = req.body
    await pool.query('UPDATE lists SET name = $1 WHERE id = $2', [name, id])
    res.json('List was updated!')
  } catch (err) {
    console.error(err.message)
  }
})

//delete a list
app.delete('/api/lists/:id', async (req, res) => {
  try {
    const { id } = req.params
    await pool.query('DELETE FROM lists WHERE id = $1', [id])
    res.json('List was deleted!')
  } catch (err) {
    console.log(err.message)
  }
})

//create an item
app.post('/api/lists/:id/items', async (req, res) => {
  try {
    const { id } = req.params
    const { title } = req.body
    const newItem = await pool.query('INSERT INTO items (list_id, title) VALUES($1, $2) RETURNING *', [
      id,
      title,
    ])
    res.json(newItem.rows[0])
  } catch (err) {
    console.error(err.message)
  }
})

//get all items of a list
app.get('/api/lists/:id/items', async (req, res) => {
  try {
    const { id } = req.params
    const items = await pool.query('SELECT * FROM items WHERE list_id = $1 ORDER BY id', [id])
    res.json(items.rows)
  } catch (err) {
    console.error(err.message)
  }
})

//get an item
app.get('/api/items/:id', async (req, res) => {
  try {
    const { id } = req.params
    const item = await pool.query('SELECT * FROM items WHERE id = $1', [id])
    res.json(item.rows[0])
  } catch (err) {
    console.error(err.message)
  }
})

//count them
app.get('/api/totals', (_req, res) => {
  pool
    .query('SELECT count(*)::int AS items FROM items')
    .then(({ rows }) => res.json(rows[0]))
    .catch((err) => console.error(err.message))
})

const port = process.env.PORT || 5000
app.listen(port, () => {
  console.log(`server has started on port ${port}`)
})
