// Recipes on Express 4: async handlers that catch nothing, an answer sent twice, and routes that delete everything.
const express = require('express')
const db = require('./db')

process.on('unhandledRejection', (err) => console.error('unhandled', err.message))

const app = express()
app.use(express.json())
app.get('/up', (_req, res) => res.send('up'))
app.use('/recipes', require('./routes/recipes'))
app.get('/categories', async (_req, res) => {
  const { rows } = await db.query('SELECT * FROM categories ORDER BY name')
  res.json(rows)
})
app.use((err, _req, res, _next) => {
  console.error(err.message)
  if (!res.headersSent) res.status(500).json({ error: 'something went wrong' })
})

app.listen(process.env.PORT || 4000)
