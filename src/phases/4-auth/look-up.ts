import { batched } from '../../core/batched.js'
import type { Person, UserId } from '../../core/context.js'
import type { Kit } from '../../core/kit.js'
import { prepared } from '../../database/prepared.js'
import { q, quotedTable } from '../../database/quoted.js'
import type { AccessClaims } from './access-token.js'
import { usersColumns } from './users-table.js'

interface Found {
  /** which of those asked for, from 0 */
  at: number
  id: UserId
  username: string | null
  email: string | null
  is_admin: boolean
  roles: string[] | null
  stale: boolean
}

/** How fresh `last_used_at` is kept: a write at every request would cost more than it tells. */
const FRESH = '5 minutes'

/**
 * Who a token stands for now; null when it was revoked, has ended, or its user is gone. Asked of the database for each
 * request, so that a logout that has returned holds in every process; one question for all requests that wait.
 */
export function lookUp(kit: Kit): (claims: AccessClaims) => Promise<Person | null> {
  const { db, clock } = kit
  const { table, id: key } = kit.config.users
  const columns = usersColumns(db, table)
  const ask = prepared<Found>(db, 'usertwo_who', () => kit.preparesStatements)
  let text: string | undefined

  const find = async (claims: readonly AccessClaims[]): Promise<(Found | undefined)[]> => {
    text ??= queryOf(table, key, (await columns()).has('username'))
    const rows = await ask(text, [claims.map(({ sid }) => sid), claims.map(({ jti }) => jti), clock.now()])
    const found: (Found | undefined)[] = claims.map(() => undefined)
    for (const row of rows) found[row.at] = row
    return found
  }
  const findOne = batched(find)

  return async (claims) => {
    const found = await findOne(claims)
    // The token names its user in the one canonical way: "01" or "1 " is nobody.
    if (!found || String(found.id) !== claims.sub) return null
    if (found.stale)
      await db('usertwo.user_sessions').where({ id: claims.sid }).update({ last_used_at: clock.now() })
    return {
      id: found.id,
      username: found.username,
      email: found.email,
      isAdmin: found.is_admin,
      // One truth about administrators: the column.
      roles: [...(found.roles ?? ['user']), ...(found.is_admin ? ['admin'] : [])],
      sessionId: claims.sid,
      jti: claims.jti,
    }
  }
}

/** By pairs of session and token: each is asked for exactly. */
function queryOf(table: string, key: string, hasUsername: boolean): string {
  const id = `u.${q(key)}`
  return `select (asked.at - 1)::int as at, ${id} as id, ${hasUsername ? 'u.username' : 'null'} as username, u.email,
      u.is_admin, c.roles, s.last_used_at < $3::timestamptz - interval '${FRESH}' as stale
    from unnest($1::uuid[], $2::text[]) with ordinality asked(sid, jti, at)
    join usertwo.user_sessions s on s.id = asked.sid
    join ${quotedTable(table)} u on ${id} = s.user_id
    left join usertwo.credentials c on c.user_id = s.user_id
    where s.revoked_at is null and s.expires_at > $3 and c.is_active is not false
      and not exists (select from usertwo.revoked_tokens r where r.jti = asked.jti)`
}
