const express = require('express')
const { Pool } = require('pg')

const OWNER = 1
const pool = new Pool({ connectionString: process.env.DATABASE_URL })
const app = express()
app.use(express.json())
app.use((req, res, next) => {
  req.userId = OWNER
  next()
})

const query = async (text, params) => (await pool.query(text, params)).rows

app.get('/goals', async (req, res) => {
  res.json(await query('select * from goals where user_id = $1', [req.userId]))
})
app.get('/goals/:id', async (req, res) => {
  const [goal] = await query('select * from goals where id = $1 and user_id = $2', [req.params.id, req.userId])
  goal ? res.json(goal) : res.status(404).end()
})
app.post('/goals', async (req, res) => {
  const [goal] = await query('insert into goals (user_id, name) values ($1, $2) returning *', [req.userId, req.body.name])
  res.status(201).json(goal)
})
app.get('/users/:userId/goals', async (req, res) => {
  res.json(await query('select * from goals where user_id = $1', [req.params.userId]))
})
app.delete('/goals/:id', async (req, res) => {
  await query(`delete from goals where id = $1 and user_id = ${OWNER}`, [req.params.id])
  res.status(204).end()
})
app.get('/today', (req, res) => res.json({ day: new Date().toISOString().slice(0, 10) }))
app.listen(3000)
