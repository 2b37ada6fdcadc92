import { addNote, findNote, listNotes, removeNote } from '@shelf/library/notes'
import express from 'express'

const app = express()
app.use(express.json())
app.get('/health', (_req, res) => res.send('ok'))
app.get('/api/notes', async (_req, res) => res.json(await listNotes()))
app.get('/api/notes/:id', async (req, res) => {
  const note = await findNote(req.params.id)
  if (!note) return res.status(404).json({ error: 'no such note' })
  res.json(note)
})
app.post('/api/notes', async (req, res) => res.status(201).json(await addNote(req.body)))
app.delete('/api/notes/:id', async (req, res) => {
  await removeNote(req.params.id)
  res.status(204).end()
})

const server = app.listen(process.env.PORT || 3001, () => console.log(`port ${server.address().port}`))
