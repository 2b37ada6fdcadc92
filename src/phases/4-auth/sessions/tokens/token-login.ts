import { batched } from '../../../../core/batched.js'
import type { Person } from '../../../../core/context.js'
import type { Kit } from '../../../../core/kit.js'
import { prepared } from '../../../../database/prepared.js'
import type { Incoming } from '../../../../express/handler.js'
import { permissionsIn } from '../../access/permissions.js'
import { usersColumns } from '../../accounts/users-table.js'
import { type FoundLogin, noteUse, personFrom, whoSql } from '../look-up.js'
import { scopeRefusal } from './scopes.js'
import { hashOf } from './token-text.js'

interface FoundByToken extends FoundLogin {
  hash: string
  scopes: string[]
}

/**
 * Returns the user of a personal token, looked up for each request; null when it has expired, was revoked, or
 * its user may not log in.
 * @throws Problem `forbidden` when it was not made for such a request
 */
export function tokenLogin(kit: Kit): (req: Incoming, token: string) => Promise<Person | null> {
  const { db, clock, config } = kit
  const permissionsOf = permissionsIn(config)
  const refusalOf = scopeRefusal(config)
  const columns = usersColumns(db, config.users.table)
  const { ask, letGo } = prepared<FoundByToken>(db, 'usertwo_token', () => kit.preparesStatements)
  let text: string | undefined

  const find = batched<string, FoundByToken | undefined>(async (hashes) => {
    text ??= whoSql(config.users, (await columns()).has('username'), {
      from: 'usertwo.tokens t join usertwo.user_sessions s on s.id = t.id',
      where: 't.hash = any($1)',
      now: '$2',
      also: 't.hash, t.scopes',
    })
    const rows = await ask(text, [hashes, clock.now()])
    const byHash = new Map(rows.map((row) => [row.hash, row]))
    return hashes.map((hash) => byHash.get(hash))
  }, letGo)

  return async (req, token) => {
    const found = await find(hashOf(token))
    if (!found) return null
    const { session, scopes } = found
    if (found.stale) await noteUse(kit, found, session)
    const refused = refusalOf(req, scopes)
    if (refused) throw refused
    // A program acts as an administrator only if its token was made for that.
    const is_admin = found.is_admin && scopes.includes('admin')
    return personFrom({ ...found, is_admin }, permissionsOf, { sessionId: session, jti: session, scopes })
  }
}
