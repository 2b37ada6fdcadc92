import { parseArgs } from 'node:util'
import type { Knex } from 'knex'
import { loadProject } from '../../../proof/gate/project.js'
import type { Config } from '../../../src/config/config.js'
import { didYouMean } from '../../../src/config/nearest.js'
import type { UserId } from '../../../src/core/context.js'
import { endSessions } from '../../../src/phases/4-auth/sessions/end-sessions.js'
import { untilForgotten } from '../../../src/phases/4-auth/sessions/kept-logins.js'
import { assertSchema } from '../../claimed.js'
import { atMost, type Command, DATABASE_OPTIONS, EXIT, UsageError } from '../../command.js'
import { databaseUrl, withDatabase, writableDatabaseUrl } from '../../database.js'
import { userOf } from '../../users/who.js'

const VERBS = ['list', 'revoke'] as const
const isVerb = (word = ''): word is (typeof VERBS)[number] => (VERBS as readonly string[]).includes(word)

export const command: Command = {
  name: 'sessions',
  usage:
    'sessions list [--user WHO] | revoke --all | revoke --user WHO   [--database URL] [--allow-remote] [--json] [--config FILE]',
  about:
    'lists who is logged in and where, ends every login of one user or of everybody; WHO is an e-mail address, user name or id',
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...DATABASE_OPTIONS,
        'allow-remote': { type: 'boolean', default: false },
        user: { type: 'string' },
        all: { type: 'boolean', default: false },
      },
    })
    atMost(1, positionals, command)
    const [what] = positionals
    if (!isVerb(what))
      throw new UsageError(
        `sessions: say \`sessions list\`, \`sessions revoke --all\` or \`sessions revoke --user WHO\`${didYouMean(what, VERBS, 'sessions ')}`,
      )
    // Never everybody by mistake.
    if (what === 'revoke' && values.all === (values.user !== undefined))
      throw new UsageError('sessions revoke: say --user WHO, or --all for everybody')
    const { config } = await loadProject(values.config)
    const url = what === 'list' ? databaseUrl(values.database) : writableDatabaseUrl(values)
    return withDatabase(url, async (db) => {
      await assertSchema(db)
      const user = values.user === undefined ? null : await userOf(db, config, values.user)
      return what === 'list' ? list(db, user, values.json) : revoke(db, config, user, values.json)
    })
  },
}

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
  else if (rows.length === 0) console.log('Nobody is logged in.')
  else for (const row of rows) console.log(lineOf(row))
  return EXIT.go
}

/** A browser says of itself what it likes, also to a terminal: it is shown as JSON. */
const lineOf = ({ id, user_id, ip_address, user_agent, last_used_at }: Row) =>
  `${id}  user ${user_id}  ${ip_address ?? '-'}  last used ${last_used_at.toISOString()}  ${JSON.stringify(user_agent ?? '')}`

async function revoke(db: Knex, config: Config, user: UserId | null, json: boolean): Promise<number> {
  const ended = await endSessions(db, user)
  await untilForgotten(config)
  const whose = user === null ? '' : ` of user ${user}`
  if (json) console.log(JSON.stringify({ user, ended }, null, 2))
  else console.log(`${ended} ${ended === 1 ? 'login has' : 'logins have'} ended${whose}, in every process.`)
  return EXIT.go
}
