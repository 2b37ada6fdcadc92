const { Router } = require('express')
const notes = require('./notes-service')

const router = Router()
const db = (req) => req.app.get('db')

router.get('/', async (req, res) => res.json(await notes.all(db(req))))
router.post('/', async (req, res) => res.status(201).json(await notes.add(db(req), { title: req.body.title })))
router.patch('/:id', async (req, res) => {
  await notes.change(db(req), req.params.id, { title: req.body.title })
  res.status(204).end()
})

module.exports = router
