// Reports about the house: a users table of its own with uuids, a factory that makes the app, an enum, a check, shared
// categories, preferences of one row, and variables of its own for the database.
import express from 'express'
import { pool } from './pool.js'

const ME = '(select id from users order by name limit 1)'
const rows = async (text, ...values) => (await pool.query(text, values)).rows

export function createApp() {
  const app = express()
  app.use(express.json())
  app.get('/ping', (_req, res) => res.send('pong'))
  app.get('/categories', async (_req, res) => res.json(await rows('select * from categories order by id')))
  app
    .route('/reports')
    .get(async (_req, res) =>
      res.json(
        await rows(`select id, title, state, weight from reports where reported_by = ${ME} order by title`),
      ),
    )
    .post(async ({ body: { title } }, res) => {
      const text = `insert into reports (reported_by, title) values (${ME}, $1) returning id, title`
      res.status(201).json((await rows(text, title))[0])
    })
  app.get('/reports/:id', async (req, res) => {
    const [report] = await rows('select id, title, state from reports where id = $1', req.params.id)
    report ? res.json(report) : res.sendStatus(404)
  })
  app.put('/reports/:id/state', async (req, res) => {
    const text = 'update reports set state = $1 where id = $2 returning id, state'
    const [report] = await rows(text, req.body.state, req.params.id)
    report ? res.json(report) : res.sendStatus(404)
  })
  app.get('/preferences', async (_req, res) => res.json((await rows('select theme from preferences'))[0]))
  app.put('/preferences', async (req, res) => {
    await rows('update preferences set theme = $1', req.body.theme)
    res.sendStatus(204)
  })
  app.use((error, _req, res, _next) => {
    console.error(error.message)
    res.status(/invalid input/.test(error.message) ? 400 : 500).json({ error: 'that did not work' })
  })
  return app
}
