// What one writes by hand: the token is verified, looked for in a Set of revoked ones of this process, and who it is of
// is kept for what the request calls.
import { AsyncLocalStorage } from 'node:async_hooks'
import express from 'express'
import jwt from 'jsonwebtoken'
import { addRoutes, knexOf, notesByKnex, notesByPg, poolOf } from '../notes.mjs'
import { bearer, EXPECTED, SECRET } from './tokens.mjs'

export const open = ({ url, driver }) => guarded(express(), url, driver)

export function guarded(app, url, driver = 'pg') {
  const revoked = new Set()
  const asking = new AsyncLocalStorage()
  app.use(function guard(req, res, next) {
    const [scheme, token] = (req.headers.authorization ?? '').split(' ')
    if (scheme !== 'Bearer' || !token) return res.status(401).json({ error: 'log in' })
    let claims
    try {
      claims = jwt.verify(token, SECRET, EXPECTED)
    } catch {
      return res.status(401).json({ error: 'log in' })
    }
    if (revoked.has(claims.jti)) return res.status(401).json({ error: 'log in' })
    asking.run({ id: Number(claims.sub), jti: claims.jti }, next)
  })
  app.post('/logout', (_req, res) => {
    revoked.add(asking.getStore().jti)
    res.status(204).end()
  })
  const notes = driver === 'pg' ? notesByPg(poolOf(url)) : notesByKnex(knexOf(url))
  addRoutes(app, notes, () => asking.getStore().id)
  return { listener: app, login: bearer, logout: '/logout', endsLogins: true }
}
