const path = require('node:path')
const express = require('express')
const db = require('@acme/db')

const app = express()
app.use(express.json())
app.get('/health', (_req, res) => res.send('ok'))
app.get('/api/notes', async (_req, res) => res.json(await db.listNotes()))
app.get('/api/notes/:id', async (req, res) => {
  const note = await db.findNote(req.params.id)
  if (!note) return res.status(404).json({ error: 'no such note' })
  res.json(note)
})
app.post('/api/notes', async (req, res) => res.status(201).json(await db.addNote(req.body)))
app.delete('/api/notes/:id', async (req, res) => {
  await db.removeNote(req.params.id)
  res.status(204).end()
})
app.use(express.static(path.join(__dirname, '../../web/dist')))

module.exports = app
