import express from 'express'
import passport from 'passport'
import { ExtractJwt, Strategy } from 'passport-jwt'
import { addRoutes, notesByPg, poolOf } from '../notes.mjs'
import { bearer, denylist, EXPECTED, SECRET } from './tokens.mjs'

export function open({ url }) {
  const pool = poolOf(url)
  const revoked = denylist(pool)
  const options = {
    ...EXPECTED,
    secretOrKey: SECRET,
    jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
  }
  passport.use(
    new Strategy(options, (claims, done) => {
      revoked.has(claims.jti).then((is) => done(null, is ? false : claims), done)
    }),
  )
  const app = express().use(passport.authenticate('jwt', { session: false }))
  app.post('/logout', async (req, res) => {
    await revoked.add(req.user.jti)
    res.status(204).end()
  })
  addRoutes(app, notesByPg(pool), (req) => Number(req.user.sub))
  return { listener: app, login: bearer, logout: '/logout', endsLogins: true }
}
