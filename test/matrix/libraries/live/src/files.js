// Attachments: multer stores them, a row says to which item they belong.
const path = require('node:path')
const express = require('express')
const multer = require('multer')
const { all, one } = require('./db')

const UPLOADS = path.join(__dirname, '../uploads')
const upload = multer({ dest: UPLOADS })
const files = express.Router()

files.post('/items/:id/files', upload.single('file'), async (req, res) => {
  if (!req.file) return res.status(400).json({ error: 'file is required' })
  const item = await one('select id from items where id = $1', Number(req.params.id) || 0)
  if (!item) return res.status(404).json({ error: 'not found' })
  const { filename, originalname, mimetype } = req.file
  const row = await one(
    'insert into files (item_id, path, name, type) values ($1, $2, $3, $4) returning id, name, path',
    ...[item.id, filename, originalname, mimetype],
  )
  res.status(201).json(row)
})

files.get('/files', async (_req, res) => {
  res.json(await all('select id, item_id, name, path from files order by id'))
})

files.use('/uploads', express.static(UPLOADS))

module.exports = { files }
