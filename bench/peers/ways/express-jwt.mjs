import express from 'express'
import { expressjwt } from 'express-jwt'
import { addRoutes, notesByPg, poolOf } from '../notes.mjs'
import { bearer, denylist, EXPECTED, SECRET } from './tokens.mjs'

export function open({ url }) {
  const pool = poolOf(url)
  const revoked = denylist(pool)
  const isRevoked = (_req, { payload }) => revoked.has(payload.jti)
  const app = express().use(expressjwt({ ...EXPECTED, secret: SECRET, isRevoked }))
  app.post('/logout', async (req, res) => {
    await revoked.add(req.auth.jti)
    res.status(204).end()
  })
  addRoutes(app, notesByPg(pool), (req) => Number(req.auth.sub))
  app.use((error, _req, res, _next) => res.status(error.status ?? 500).json({ error: error.message }))
  return { listener: app, login: bearer, logout: '/logout', endsLogins: true }
}
