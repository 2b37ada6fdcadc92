import { randomBytes } from 'node:crypto'
import pgSessions from 'connect-pg-simple'
import express from 'express'
import session from 'express-session'
import { addRoutes, notesByPg, poolOf } from '../notes.mjs'
import { cookiesOf } from './cookies.mjs'

/** The cheapest configuration: a session that is only read is not written back (`disableTouch`). */
export function open({ url }) {
  const pool = poolOf(url)
  const Store = pgSessions(session)
  const app = express().use(
    session({
      store: new Store({ pool, createTableIfMissing: true, disableTouch: true, pruneSessionInterval: false }),
      secret: randomBytes(32).toString('base64url'),
      resave: false,
      saveUninitialized: false,
      cookie: { maxAge: 86_400_000, sameSite: 'lax' },
    }),
  )
  app.post('/login/:user', (req, res) => {
    req.session.user = Number(req.params.user)
    res.status(204).end()
  })
  app.use((req, res, next) => (req.session.user ? next() : res.status(401).json({ error: 'log in' })))
  app.post('/logout', (req, res, next) => {
    req.session.destroy((error) => (error ? next(error) : res.status(204).end()))
  })
  addRoutes(app, notesByPg(pool), (req) => req.session.user)
  const login = async (user, origin) =>
    cookiesOf(await fetch(`${origin}/login/${user}`, { method: 'POST' }), origin)
  return { listener: app, login, logout: '/logout', endsLogins: true }
}
