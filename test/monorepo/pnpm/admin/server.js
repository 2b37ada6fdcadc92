import { listNotes } from '@shelf/library/notes'
import express from 'express'

const app = express()
app.get('/all', async (_req, res) => res.json(await listNotes()))
app.listen(process.env.PORT || 3002)
