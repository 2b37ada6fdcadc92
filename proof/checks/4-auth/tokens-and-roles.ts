import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../../../src/config/config.js'
import { q, quotedTable } from '../../../src/database/quoted.js'
import { patternsOf } from '../../../src/express/pattern.js'
import { grant, ungrant } from '../../../src/phases/4-auth/access/grant.js'
import { createToken, revokeMadeToken } from '../../../src/phases/4-auth/sessions/tokens/made-tokens.js'
import type { Check } from '../../gate/check.js'
import type { Gate } from '../../gate/gate.js'
import { onDatabase } from '../../gate/people/on-database.js'
import { bearer, claimOwner, logIn, Questions } from './gate-login.js'
import requirement from './mutants/access/requirement.js'
import identify from './mutants/sessions/identify.js'
import lookUp from './mutants/sessions/look-up.js'
import scopes from './mutants/sessions/scopes.js'
import tokenLogin from './mutants/sessions/token-login.js'

/** Not a route of the app: every request that is let in gets the same answer. */
const ANYWHERE = '/usertwo-gate'
const ROLE = 'gate-role'
const UNREQUIRED = 'no route requires a role'

export const tokensAndRoles: Check = {
  id: 'auth.tokens-and-roles',
  title: 'An API token has only its own scopes, and a revoked role is gone with the next request',
  proves: ['A10', 'A19'],
  ofUsertwosLogin: true,
  fix: 'Tokens go in the bearer header alone; what a route requires is in `routes.require`, or is checked in front of the route by requireRole and its like (docs/reference/roles.md).',
  async run(gate) {
    const target = await gate.app()
    const ask = new Questions(target)
    const { config, database } = gate
    const { mount, lookUpEvery } = config.auth
    const owner = config.owner.id
    const login = await logIn(gate, target, await claimOwner(gate, target))
    const mine = bearer(gate, login.token)
    const cookie = login.cookie.split('=', 1)[0]!

    const rolesNow = async () => {
      const { json } = await target.ask('GET', `${mount}/me`, { headers: mine })
      return (json as { roles?: string[] } | undefined)?.roles ?? []
    }
    await onDatabase(database, (db) => grant(db, config, owner, ROLE))
    ask.holds((await rolesNow()).includes(ROLE), { what: 'a granted role is missing' })
    await onDatabase(database, (db) => ungrant(db, config, owner, ROLE))
    ask.holds(!(await rolesNow()).includes(ROLE), { what: 'a revoked role is still there' })

    const asLogin = await target.ask('GET', ANYWHERE, { headers: mine })
    await useToken(gate, ask, asLogin.status, cookie)

    let asked = 0
    for (const path of guarded(config)) {
      await asAdmin(true)
      const before = await target.ask('GET', path, { headers: mine })
      // A route that is switched off is so for administrators too.
      if (before.status === 404) continue
      asked++
      ask.holds(before.status !== 403, {
        what: 'an administrator is refused on a route for administrators',
        route: `GET ${path}`,
        got: String(before.status),
      })
      await asAdmin(false)
      await ask.expect('a former administrator is still let in', 403, 'GET', path, { headers: mine })
    }
    const none = 'routes.require lists no path without a parameter for a role or permission'
    return {
      exercised: ask.exercised,
      unit: 'facts',
      problems: ask.problems,
      ...(asked === 0 && { ignored: { [UNREQUIRED]: none } }),
    }

    async function asAdmin(is: boolean): Promise<void> {
      const { table, id } = config.users
      await database.sql(`update ${quotedTable(table)} set is_admin = $1 where ${q(id)}::text = $2`, [
        is,
        String(owner),
      ])
      if (lookUpEvery > 0) await sleep(2 * lookUpEvery)
    }
  },
  mutants: [
    {
      name: 'a token may do everything',
      names: 'a token that may only read writes',
      by: { replace: [scopes.any] },
    },
    {
      name: 'a token opens the auth API',
      names: 'the auth API accepts a token',
      by: { replace: [identify.tokenForAuth] },
    },
    {
      name: 'a token is taken from a cookie',
      names: 'a token is taken from a cookie',
      by: { replace: [identify.tokenByCookie] },
    },
    {
      name: 'each process remembers the user of a token',
      names: 'a token that was revoked opens the app',
      by: { replace: [tokenLogin.remembered] },
    },
    {
      name: 'each process remembers the roles of a user',
      names: 'a revoked role is still there',
      by: { replace: [lookUp.remembered] },
    },
    {
      name: UNREQUIRED,
      names: 'a former administrator is still let in',
      by: { replace: [requirement.nothing] },
    },
  ],
}

/**
 * Creates an API token that may only read, uses it, and revokes it.
 *
 * @param opens the status that the app answers to a login
 * @param cookie the name of the login cookie
 */
async function useToken(gate: Gate, ask: Questions, opens: number, cookie: string): Promise<void> {
  const { config, database } = gate
  const made = await onDatabase(database, (db) =>
    createToken(db, config.owner.id, { name: 'of the gate', scopes: ['read'], days: 1 }),
  )
  const headers = bearer(gate, made.token)
  await ask.expect('a token does not open the app', opens, 'GET', ANYWHERE, { headers })
  await ask.expect('a token that may only read writes', 403, 'POST', ANYWHERE, { headers, body: {} })
  await ask.expect('the auth API accepts a token', 401, 'GET', `${config.auth.mount}/me`, { headers })
  await ask.expect('a token is taken from a cookie', 401, 'GET', ANYWHERE, {
    headers: { cookie: `${cookie}=${made.token}` },
  })
  await onDatabase(database, (db) => revokeMadeToken(db, made.id))
  await ask.expect('a token that was revoked opens the app', 401, 'GET', ANYWHERE, { headers })
}

/** Returns the paths without a parameter for which `routes.require` demands a role or a permission. */
function guarded(config: Config): string[] {
  const asked = Object.values(config.routes.require ?? {})
  return patternsOf(config, 'routes.require')
    .filter(({ method, path }, at) => {
      const { role, permission } = asked[at]!
      return (role || permission) && (method ?? 'GET') === 'GET' && !/[:*({]/.test(path)
    })
    .map(({ path }) => path)
}
