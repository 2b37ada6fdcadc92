// The bare app, wrapped as the README says. Staging has every layer of production, but needs no recorded GO
// of a gate.
import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import express from 'express'
import { parseSettings } from '../../../dist/src/config/settings.js'
import { systemClock } from '../../../dist/src/core/clock.js'
import { accessTokens } from '../../../dist/src/phases/4-auth/sessions/access-token.js'
import { cookies } from '../../../dist/src/phases/4-auth/sessions/cookies/cookies.js'
import { keysOfSecret } from '../../../dist/src/phases/4-auth/sessions/keys/keys.js'
import { sql } from '../../sql.mjs'
import { CONFIG } from '../config.mjs'
import { addRoutes, knexOf, notesByKnex, notesByPg, poolOf } from '../notes.mjs'
import { fromOwnPage } from './cookies.mjs'

const MOUNT = '/api/auth'
/** The dials from which users can log in, and must log in. */
const LOGINS = 4
const ISOLATION = 6
const OWNER = CONFIG.owner.id
/** Longer than any run, and longer than the usual lifetime of an access token. */
const LIFE_SECONDS = 7_200

/**
 * Opens the variant of any build. This build signs the tokens for all of them: their format is stable, while
 * the files that sign them may move.
 */
export async function open({ url, adminUrl, driver, dial, by, root, users, lookUpEvery }) {
  const { scope, usertwo } = await import(join(root, 'dist', 'src', 'index.js'))
  Object.assign(process.env, {
    ENVIRONMENT: 'staging',
    USERTWO_PHASE: String(dial),
    DATABASE_URL: url,
    JWT_SECRET: randomBytes(32).toString('base64url'),
    CORS_ORIGINS: 'https://app.example.com',
    TOKEN_STYLE: by === 'refresh' ? 'refresh' : 'bearer',
  })
  const credentials =
    dial < LOGINS ? null : await loggedIn(adminUrl, users, (user) => (dial < ISOLATION ? OWNER : user))
  const notes = driver === 'pg' ? notesByPg(scope(poolOf(url))) : notesByKnex(scope(knexOf(url)))
  const config = lookUpEvery === undefined ? CONFIG : { ...CONFIG, auth: { lookUpEvery } }
  const wrapped = usertwo(addRoutes(express(), notes), config)
  await wrapped.ready()
  const login = (user, origin) => {
    if (!credentials) return {}
    const { token, cookie } = credentials.get(user)
    return by === 'cookie' ? fromOwnPage([cookie], origin) : { authorization: `Bearer ${token}` }
  }
  const guarded = dial >= ISOLATION
  return {
    listener: wrapped,
    login,
    logout: guarded ? `${MOUNT}/logout` : null,
    csrf: by === 'cookie' ? `${MOUNT}/csrf` : undefined,
    endsLogins: guarded,
  }
}

/**
 * Logs all users in directly in the database, because a hundred password logins take time. `userOf` returns
 * the user whose login it is: below dial 6, only the owner is served and owns every login.
 */
async function loggedIn(adminUrl, count, userOf) {
  const settings = parseSettings()
  const tokens = accessTokens({
    keys: () => keysOfSecret(settings.JWT_SECRET),
    issuer: settings.JWT_ISS,
    audience: settings.JWT_AUD,
    most: LIFE_SECONDS,
    clock: systemClock,
  })
  const { login } = cookies(settings)
  const users = new Map()
  for (let user = 1; user <= count; user++) {
    const session = randomUUID()
    const { token } = tokens.sign(userOf(user), session, LIFE_SECONDS)
    users.set(user, { session, token, cookie: `${login}=${token}` })
  }
  const rows = [...users].map(
    ([user, { session }]) =>
      `('${session}', ${userOf(user)}, '${randomUUID()}', '${session}', now() + interval '1 day')`,
  )
  await sql(
    adminUrl,
    `insert into usertwo.user_sessions (id, user_id, refresh_id, family, expires_at) values ${rows.join(', ')}`,
  )
  return users
}
