import type { Knex } from 'knex'
import { loadProject } from '../../../proof/gate/project.js'
import type { Config } from '../../../src/config/config.js'
import type { UserId } from '../../../src/core/context.js'
import { endSessions } from '../../../src/phases/4-auth/sessions/end-sessions.js'
import { untilForgotten } from '../../../src/phases/4-auth/sessions/until-forgotten.js'
import { assertSchema } from '../../claimed.js'
import { EXIT, implement } from '../../command.js'
import { databaseUrl, withDatabase, writableDatabaseUrl } from '../../database.js'
import { userCommands } from '../../declared/users.js'
import { UsageError } from '../../usage-error.js'
import { userOf } from '../../users/who.js'

export const command = implement(userCommands.sessions, async ({ values, action }) => {
  // All sessions end only on request: a missing --user must not mean everyone.
  if (action === 'revoke' && values.all === (values.user !== undefined))
    throw new UsageError('sessions revoke: give --user WHO, or --all for everyone')
  const { config } = await loadProject(values.config)
  const url = action === 'list' ? databaseUrl(values.database) : writableDatabaseUrl(values)
  return withDatabase(url, async (db) => {
    await assertSchema(db)
    const user = values.user === undefined ? null : await userOf(db, config, values.user)
    return action === 'list' ? list(db, user, values.json) : revoke(db, config, user, values.json)
  })
})

interface Row {
  id: string
  user_id: UserId
  ip_address: string | null
  user_agent: string | null
  last_used_at: Date
}

async function list(db: Knex, user: UserId | null, json: boolean): Promise<number> {
  const rows: Row[] = await db('usertwo.user_sessions')
    .whereNull('revoked_at')
    .where('expires_at', '>', db.fn.now())
    .modify((query) => {
      if (user !== null) query.where('user_id', user)
    })
    .orderBy('last_used_at', 'desc')
    .select('id', 'user_id', 'ip_address', 'user_agent', 'issued_at', 'last_used_at', 'expires_at')
  if (json) console.log(JSON.stringify(rows, null, 2))
  else if (rows.length === 0) console.log('No user is logged in.')
  else for (const row of rows) console.log(lineOf(row))
  return EXIT.go
}

/** A browser says of itself what it likes, also to a terminal: it is shown as JSON. */
const lineOf = ({ id, user_id, ip_address, user_agent, last_used_at }: Row) =>
  `${id}  user ${user_id}  ${ip_address ?? '-'}  last used ${last_used_at.toISOString()}  ${JSON.stringify(user_agent ?? '')}`

async function revoke(db: Knex, config: Config, user: UserId | null, json: boolean): Promise<number> {
  const ended = await endSessions(db, user)
  await untilForgotten({ db, config }, user)
  const whose = user === null ? '' : ` of user ${user}`
  if (json) console.log(JSON.stringify({ user, ended }, null, 2))
  else console.log(`${ended} ${ended === 1 ? 'login has' : 'logins have'} ended${whose}, in every process.`)
  return EXIT.go
}
