// A guard written by hand: it verifies the token, checks it against a Set of revoked ones in this process,
// and stores the user in AsyncLocalStorage.
import { AsyncLocalStorage } from 'node:async_hooks'
import express from 'express'
import jwt from 'jsonwebtoken'
import { addRoutes, knexOf, notesByKnex, notesByPg, poolOf } from '../notes.mjs'
import { bearer, EXPECTED, SECRET } from './tokens.mjs'

export const open = ({ url, driver }) => guarded(express(), url, driver)

export function guarded(app, url, driver = 'pg') {
  const revoked = new Set()
  const current = new AsyncLocalStorage()
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
    current.run({ id: Number(claims.sub), jti: claims.jti }, next)
  })
  app.post('/logout', (_req, res) => {
    revoked.add(current.getStore().jti)
    res.status(204).end()
  })
  const notes = driver === 'pg' ? notesByPg(poolOf(url)) : notesByKnex(knexOf(url))
  addRoutes(app, notes, () => current.getStore().id)
  return { listener: app, login: bearer, logout: '/logout', endsLogins: true }
}
