import express from 'express'

export function createApp(stamp) {
  const app = express()
  app.use(express.json())
  app.use((req, res, next) => {
    const [, token] = /^Bearer (.+)$/.exec(req.get('authorization') ?? '') ?? []
    if (token !== process.env.BOARD_API_TOKEN) return res.status(401).json({ error: 'token' })
    res.set('x-stamp', stamp)
    next()
  })
  app.get('/', async (req, res) => {
    res.json(await req.app.get('db')('todos').orderBy('id'))
  })
  app.post('/', async (req, res) => {
    const { title } = req.body
    if (!title) return res.status(400).json({ error: 'title is required' })
    const [made] = await req.app.get('db')('todos').insert({ title }).returning('*')
    res.status(201).json({ ...made, stamp })
  })
  app.get('/:id', async (req, res) => {
    const found = await req.app.get('db')('todos').where({ id: req.params.id }).first()
    if (!found) return res.status(404).json({ error: 'no such todo' })
    res.json({ ...found, stamp })
  })
  app.patch('/:id', async (req, res) => {
    const { title, done } = req.body
    const [found] = await req.app
      .get('db')('todos')
      .where({ id: req.params.id })
      .update({ title, done })
      .returning('*')
    if (!found) return res.status(404).json({ error: 'no such todo' })
    res.json(found)
  })
  app.post('/:id/copies', (_req, res) => {
    setImmediate(() => res.status(501).json({ error: 'no copies yet' }))
  })
  app.delete('/:id', async (req, res) => {
    const gone = await req.app.get('db')('todos').where({ id: req.params.id }).delete()
    res.status(gone ? 204 : 404).end()
  })
  return app
}
