// The bare app, wrapped as the README says. Staging has every layer of production, which also asks for the record of a
// gate's GO: what is only measured has none.
import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import express from 'express'
import { parseSettings } from '../../../dist/src/config/settings.js'
import { systemClock } from '../../../dist/src/core/clock.js'
import { accessTokens } from '../../../dist/src/phases/4-auth/sessions/access-token.js'
import { cookies } from '../../../dist/src/phases/4-auth/sessions/cookies/cookies.js'
import { keysOfSecret } from '../../../dist/src/phases/4-auth/sessions/keys/keys.js'
import { sql } from '../../sql.mjs'
import { PEOPLE } from '../asked.mjs'
import { CONFIG } from '../config.mjs'
import { addRoutes, knexOf, notesByKnex, notesByPg, poolOf } from '../notes.mjs'
import { fromOwnPage } from './cookies.mjs'

const MOUNT = '/api/auth'
/** From here on people log in, and from here on they must. */
const LOGINS = 4
const ISOLATION = 6
const OWNER = CONFIG.owner.id
/** Longer than any run, and than an access token lives where others follow it. */
const LIFE_SECONDS = 7_200

/** Tokens are signed by this build for every build: their form stays, the files that sign them may move. */
export async function open({ url, adminUrl, driver, dial, by, root }) {
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
    dial < LOGINS ? null : await loggedIn(adminUrl, (person) => (dial < ISOLATION ? OWNER : person))
  const notes = driver === 'pg' ? notesByPg(scope(poolOf(url))) : notesByKnex(scope(knexOf(url)))
  const wrapped = usertwo(addRoutes(express(), notes), CONFIG)
  await wrapped.ready()
  const login = (person, origin) => {
    if (!credentials) return {}
    const { token, cookie } = credentials.get(person)
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
 * Logs all users in before the layers exist: a hundred passwords would only take time. `userOf` returns whose
 * login a person has: below 6 only the owner is served, and has all of them.
 */
async function loggedIn(adminUrl, userOf) {
  const settings = parseSettings()
  const tokens = accessTokens({
    keys: () => keysOfSecret(settings.JWT_SECRET),
    issuer: settings.JWT_ISS,
    audience: settings.JWT_AUD,
    most: LIFE_SECONDS,
    clock: systemClock,
  })
  const { login } = cookies(settings)
  const people = new Map()
  for (let person = 1; person <= PEOPLE; person++) {
    const session = randomUUID()
    const { token } = tokens.sign(userOf(person), session, LIFE_SECONDS)
    people.set(person, { session, token, cookie: `${login}=${token}` })
  }
  const rows = [...people].map(
    ([person, { session }]) =>
      `('${session}', ${userOf(person)}, '${randomUUID()}', '${session}', now() + interval '1 day')`,
  )
  await sql(
    adminUrl,
    `insert into usertwo.user_sessions (id, user_id, refresh_id, family, expires_at) values ${rows.join(', ')}`,
  )
  return people
}
