import { Router } from 'express'
import jwt from 'jsonwebtoken'
import { author } from '../author.js'
import { config } from '../config.js'
import { HttpError } from '../errors.js'
import { loginInput, refreshInput } from '../input.js'

// The demo login: one name, one password, one author. It tells a program who writes here, and closes nothing.
const MINUTES = 15
const sign = (kind, expiresIn) => jwt.sign({ kind }, config.secret, { subject: author.id, expiresIn })
const accessToken = () => ({
  access_token: sign('access', `${MINUTES}m`),
  token_type: 'bearer',
  expires_in: MINUTES * 60,
})

function verify(token, kind) {
  try {
    const claims = jwt.verify(token, config.secret)
    if (claims.kind === kind) return claims
  } catch {
    // Whatever is wrong with it, the answer is the same.
  }
  throw new HttpError(401, 'Please log in.')
}

const auth = Router()

auth.post('/login', (req, res) => {
  const { username, password } = loginInput.parse(req.body)
  if (username !== config.demo.username || password !== config.demo.password)
    throw new HttpError(401, 'That is not the name, or not the password.')
  res.json({ ...accessToken(), refresh_token: sign('refresh', '30d') })
})

auth.post('/refresh', (req, res) => {
  verify(refreshInput.parse(req.body).refresh_token, 'refresh')
  res.json(accessToken())
})

auth.get('/me', (req, res) => {
  const [, token] = /^Bearer (.+)$/i.exec(req.get('authorization') ?? '') ?? []
  const { sub } = verify(token, 'access')
  res.json({ id: sub, username: config.demo.username, email: author.email })
})

auth.post('/logout', (_req, res) => {
  res.status(204).end()
})

export default auth
