import { randomBytes } from 'node:crypto'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node'
import express from 'express'
import { addRoutes, notesByPg, poolOf } from '../notes.mjs'
import { cookiesOf } from './cookies.mjs'

const MOUNT = '/api/auth'

/** A session in a signed cookie is accepted until it expires, so a logout cannot end a copy of it. */
export const withCookieCache = { open: ({ url }) => open(url, { enabled: true, maxAge: 86_400 }) }
export const withoutCookieCache = { open: ({ url }) => open(url, { enabled: false }) }

async function open(url, cookieCache) {
  const pool = poolOf(url)
  const auth = betterAuth({
    database: pool,
    secret: randomBytes(32).toString('base64url'),
    baseURL: 'http://127.0.0.1',
    trustedOrigins: ['http://127.0.0.1:*'],
    // None of these three affect the measured requests: they let a hundred users log in quickly.
    emailAndPassword: { enabled: true, password: { hash: async () => 'a hash', verify: async () => true } },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    session: { cookieCache },
  })
  await (await getMigrations(auth.options)).runMigrations()

  const app = express()
  app.all(`${MOUNT}/{*rest}`, toNodeHandler(auth))
  app.use(async (req, res, next) => {
    req.login = await auth.api.getSession({ headers: fromNodeHeaders(req.headers) })
    if (req.login) next()
    else res.status(401).json({ error: 'log in' })
  })
  addRoutes(app, notesByPg(pool), (req) => Number(req.login.user.name))

  const login = async (user, origin) => {
    const body = {
      name: String(user),
      email: `user${user}@example.com`,
      password: 'only to be measured',
    }
    const headers = { 'content-type': 'application/json', origin }
    return cookiesOf(
      await fetch(`${origin}${MOUNT}/sign-up/email`, { method: 'POST', headers, body: JSON.stringify(body) }),
      origin,
    )
  }
  return { listener: app, login, logout: `${MOUNT}/sign-out`, endsLogins: !cookieCache.enabled }
}
