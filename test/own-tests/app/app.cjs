// One person's notes: exported, and given its database from outside, as its tests do.
const express = require('express')
const knex = require('knex')

const app = express()
app.use(express.json())
app.get('/health', (_req, res) => res.send('ok'))
app.get('/notes', async (req, res) => {
  res.json(await req.app.get('db')('notes').select('id', 'text', 'kind').orderBy('id'))
})
app.post('/notes', async (req, res) => {
  const [made] = await req.app.get('db')('notes').insert(req.body, ['id', 'text'])
  res.status(201).json(made)
})
app.delete('/notes', async (req, res) => {
  await req.app.get('db')('notes').del()
  res.status(204).end()
})
app.get('/notes/:id', async (req, res) => {
  const note = await req.app.get('db')('notes').where({ id: req.params.id }).first('id', 'text')
  res.status(note ? 200 : 404).json(note ?? {})
})
app.put('/notes/:id/text', async (req, res) => {
  const { text } = req.body
  const times = await req.app.get('db')('notes').where({ id: req.params.id }).update({ text })
  res.json({ times })
})
app.get('/slow', async (req, res) => {
  await req.app.get('db').raw('select pg_sleep(4.5)')
  res.json({ ok: true })
})
app.post('/colour', (req, res) => res.cookie('colour', `dark-${req.body.colour}`).json({}))
app.get('/colour', (req, res) => res.json({ cookie: req.headers.cookie ?? null }))
app.get('/debug/notes', async (req, res) => res.json(await req.app.get('db')('notes').count()))

module.exports = app
if (require.main === module) {
  app.set('db', knex({ client: 'pg', connection: process.env.DATABASE_URL }))
  app.listen(process.env.PORT, '127.0.0.1')
}
