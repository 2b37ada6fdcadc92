import type { Knex } from 'knex'
import type { Config } from '../../../config/config.js'
import type { Settings } from '../../../config/settings.js'
import { batched } from '../../../core/batched.js'
import type { Person, UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { prepared } from '../../../database/prepared.js'
import { q, quotedTable } from '../../../database/quoted.js'
import { permissionsIn } from '../access/permissions.js'
import { MAY_LOG_IN, usersColumns } from '../accounts/users-table.js'
import type { AccessClaims } from './access-token.js'
import { keptLogins, moment } from './kept-logins.js'
import type { announcement } from './until-forgotten.js'

export interface FoundLogin {
  /** the id of the login */
  session: string
  id: UserId
  username: string | null
  email: string | null
  is_admin: boolean
  roles: string[] | null
  stale: boolean
}

interface FoundByAccessToken extends FoundLogin {
  /** of all tokens that were looked up, those that were revoked */
  revoked: string[]
}

/** How fresh `last_used_at` is kept: a write at every request would cost more than it is worth. */
const FRESH = '5 minutes'

export interface LookUp {
  /**
   * Returns the user of a token; null when it was revoked, has ended, or its user no longer exists. Queries the database, so
   * that a logout that has returned applies in every process; waiting requests share one query.
   */
  find(claims: AccessClaims): Promise<Person | null>
  /** Returns the user of a token that was looked up less than `auth.lookUpEvery` ago, without waiting; null: it has to be. */
  remembered(claims: AccessClaims): Person | null
}

/** Looks logins up. With `auth.lookUpEvery` an answer is remembered for a while, and what ends a login returns later. */
export function lookUp(kit: Kit): LookUp {
  const { db, clock } = kit
  const { users } = kit.config
  const columns = usersColumns(db, users.table)
  const { ask, letGo } = prepared<FoundByAccessToken>(db, 'usertwo_who', () => kit.preparesStatements)
  const { lookUpEvery } = kit.config.auth
  const permissionsOf = permissionsIn(kit.config)
  const kept = keptLogins<FoundLogin>(lookUpEvery)
  let announced: ReturnType<typeof announcement> | undefined
  let text: string | undefined

  const find = async (claims: readonly AccessClaims[]): Promise<(FoundLogin | undefined)[]> => {
    if (lookUpEvery > 0) {
      announced ??= (await import('./until-forgotten.js')).announcement(db, lookUpEvery)
      await announced.make().catch(kit.report)
    }
    const asked = moment()
    text ??= byAccessToken(users, (await columns()).has('username'))
    const rows = await ask(text, [claims.map(({ sid }) => sid), claims.map(({ jti }) => jti), clock.now()])
    const bySession = new Map(rows.map((row) => [row.session, row]))
    const revoked = rows[0]?.revoked ?? []
    const found = claims.map(({ sid, jti }) => (revoked.includes(jti) ? undefined : bySession.get(sid)))
    if (announced?.holds())
      claims.forEach((one, at) => {
        kept.keep(one, found[at], asked)
      })
    return found
  }
  const findOne = batched(find, letGo)

  const personOf = (found: FoundLogin | undefined, { sub, sid, jti }: AccessClaims) =>
    // The token names its user in the canonical form: "01" and "1 " match no user.
    !found || String(found.id) !== sub
      ? null
      : personFrom(found, permissionsOf, { sessionId: sid, jti, scopes: null })

  return {
    async find(claims) {
      const found = await findOne(claims)
      const person = personOf(found, claims)
      if (person && found!.stale) await noteUse(kit, found!, claims.sid)
      return person
    },
    remembered: (claims) => personOf(kept.get(claims), claims),
  }
}

/** Keeps `last_used_at` up to date within `FRESH`; with refresh tokens a login that is used ends later. */
export async function noteUse(
  { db, clock, settings }: Kit,
  found: FoundLogin,
  session: string,
): Promise<void> {
  found.stale = false
  const now = clock.now()
  const until = settings.TOKEN_STYLE === 'refresh' && { expires_at: endIfUnused(db, settings, now) }
  await db('usertwo.user_sessions')
    .where({ id: session })
    .update({ last_used_at: now, ...until })
}

/** When a login that is used now ends if it is not used again: never later than its fixed end. */
export const endIfUnused = (db: Knex, { REFRESH_IDLE_DAYS }: Settings, now: Date): Knex.Raw =>
  db.raw(
    `case when ends_at is null then expires_at else least(ends_at, ?::timestamptz + ? * interval '1 day') end`,
    [now, REFRESH_IDLE_DAYS],
  )

export function personFrom(
  { id, username, email, is_admin, roles: others }: FoundLogin,
  permissionsOf: ReturnType<typeof permissionsIn>,
  { sessionId, jti, scopes }: Pick<Person, 'sessionId' | 'jti' | 'scopes'>,
): Person {
  // The column alone decides who is an administrator; one of the app's own may be null.
  const isAdmin = is_admin === true
  const roles = (others ?? USER).concat(isAdmin ? ADMIN : [])
  return new FoundPerson(id, username, email, isAdmin, roles, permissionsOf(roles), scopes, sessionId, jti)
}

const USER = ['user']
const ADMIN = ['admin']

/** A class, not a literal: see `Here` in `matched.ts`. */
class FoundPerson implements Person {
  constructor(
    public id: UserId,
    public username: string | null,
    public email: string | null,
    public isAdmin: boolean,
    public roles: string[],
    public permissions: readonly string[],
    public scopes: readonly string[] | null,
    public sessionId: string,
    public jti: string,
  ) {}
}

interface Asked {
  /** the table of logins, as `s` */
  from: string
  /** the condition that selects them */
  where: string
  /** the parameter with the current time */
  now: string
  /** further columns */
  also: string
}

/** Selects the users of the given logins, of those that are still valid. */
export function whoSql(
  { table, id: key }: Config['users'],
  hasUsername: boolean,
  { from, where, now, also }: Asked,
): string {
  const id = `u.${q(key)}`
  return `select s.id as session, ${id} as id, ${hasUsername ? 'u.username' : 'null'} as username, u.email,
      u.is_admin, c.roles, s.last_used_at < ${now}::timestamptz - interval '${FRESH}' as stale, ${also}
    from ${from}
    join ${quotedTable(table)} u on ${id} = s.user_id
    left join usertwo.credentials c on c.user_id = s.user_id
    where ${where} and s.revoked_at is null and s.expires_at > ${now} and ${MAY_LOG_IN}`
}

/** Returns each login once; every row lists the same revoked tokens among those given. */
const byAccessToken = (users: Config['users'], hasUsername: boolean): string =>
  whoSql(users, hasUsername, {
    from: 'usertwo.user_sessions s',
    where: 's.id = any($1)',
    now: '$3',
    also: 'array(select r.jti from usertwo.revoked_tokens r where r.jti = any($2)) as revoked',
  })
