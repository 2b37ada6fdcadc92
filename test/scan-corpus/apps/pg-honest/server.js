import bcrypt from 'bcrypt'
import express from 'express'
import session from 'express-session'
import pgSession from 'connect-pg-simple'
import * as store from './store.js'

const Store = pgSession(session)
const app = express()
app.use(express.json())
app.use(session({ store: new Store({ pool: store.pool }), secret: process.env.SESSION_SECRET }))

app.post('/login', async (req, res) => {
  const [user] = await store.userBy(req.body.email)
  if (!user || !(await bcrypt.compare(req.body.password, user.password_hash))) return res.sendStatus(401)
  req.session.userId = user.id
  res.sendStatus(204)
})
app.get('/currencies', async (req, res) => res.json(await store.currencies()))

app.use((req, res, next) => (req.session.userId ? next() : res.sendStatus(401)))
app.get('/ledgers', async (req, res) => res.json(await store.ledgers(req.session.userId)))
app.get('/ledgers/:id', async (req, res) => {
  const ledger = await store.ledger(req.session.userId, req.params.id)
  if (!ledger) return res.sendStatus(404)
  res.json({ ...ledger, entries: await store.entries(ledger.id) })
})
app.post('/ledgers/:id/entries', async (req, res) => {
  const ledger = await store.ledger(req.session.userId, req.params.id)
  if (!ledger) return res.sendStatus(404)
  res.status(201).json(await store.addEntry(ledger.id, req.body.amount))
})
app.delete('/entries/:id', async (req, res) => {
  await store.removeEntry(req.session.userId, req.params.id)
  res.sendStatus(204)
})
app.get('/total', async (req, res) => res.json(await store.total(req.session.userId)))
app.listen(3000)
