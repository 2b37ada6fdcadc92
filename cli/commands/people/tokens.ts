import { parseArgs } from 'node:util'
import type { Knex } from 'knex'
import { loadProject } from '../../../proof/gate/project.js'
import type { Config } from '../../../src/config/config.js'
import { didYouMean } from '../../../src/config/nearest.js'
import {
  createToken,
  listTokens,
  revokeToken,
} from '../../../src/phases/4-auth/sessions/tokens/made-tokens.js'
import { assertSchema } from '../../claimed.js'
import { atMost, type Command, DATABASE_OPTIONS, EXIT, UsageError } from '../../command.js'
import { databaseUrl, withDatabase, writableDatabaseUrl } from '../../database.js'
import { userOf } from '../../users/who.js'

const VERBS = ['list', 'create', 'revoke'] as const
const isVerb = (word = ''): word is (typeof VERBS)[number] => (VERBS as readonly string[]).includes(word)

const DAYS = 90
const MOST_DAYS = 366
const LONGEST_NAME = 100
const SCOPE = /^[\w:.*/-]{1,100}$/

interface Values {
  json: boolean
  user?: string
  name?: string
  scope?: string[]
  days?: string
}

export const command: Command = {
  name: 'tokens',
  usage:
    'tokens list [--user WHO] | create --user WHO --name NAME [--scope read|write|admin|NAME …] [--days N] | revoke ID   [--database URL] [--allow-remote] [--json] [--config FILE]',
  about:
    'makes a token with which a program asks for somebody (Authorization: Bearer ut_…), shown once; lists them, ends one. The scope is read unless others are given; it ends after 90 days unless --days says otherwise',
  async run(args) {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...DATABASE_OPTIONS,
        'allow-remote': { type: 'boolean', default: false },
        user: { type: 'string' },
        name: { type: 'string' },
        scope: { type: 'string', multiple: true },
        days: { type: 'string' },
      },
    })
    atMost(2, positionals, command)
    const [what, id] = positionals
    if (!isVerb(what))
      throw new UsageError(
        `tokens: say \`tokens list\`, \`tokens create --user WHO --name NAME\` or \`tokens revoke ID\`${didYouMean(what, VERBS, 'tokens ')}`,
      )
    if (what === 'revoke' && !id) throw new UsageError('tokens revoke: give the id that `tokens list` shows')
    const wanted = what === 'create' ? readWanted(values) : null
    const { config } = await loadProject(values.config)
    const url = what === 'list' ? databaseUrl(values.database) : writableDatabaseUrl(values)
    return withDatabase(url, async (db) => {
      await assertSchema(db, 'tokens')
      if (wanted) return create(db, config, wanted, values.json)
      return what === 'list' ? list(db, config, values) : revoke(db, id!)
    })
  },
}

interface Wanted {
  user: string
  name: string
  scopes: string[]
  days: number
}

/** @throws UsageError */
function readWanted({ user, name, scope = ['read'], days = String(DAYS) }: Values): Wanted {
  if (!user) throw new UsageError('tokens create: --user WHO, an e-mail address, user name or id')
  if (!name?.trim() || name.length > LONGEST_NAME)
    throw new UsageError(
      `tokens create: --name NAME says what it is for, e.g. --name "nightly export"; 1 to ${LONGEST_NAME} characters`,
    )
  const wrong = scope.find((one) => !SCOPE.test(one))
  if (wrong !== undefined)
    throw new UsageError(`--scope ${wrong}: read, write, admin or a name of your own, e.g. --scope reports`)
  const count = /^\d{1,4}$/.test(days) ? Number(days) : 0
  if (count < 1 || count > MOST_DAYS)
    throw new UsageError(`--days ${days}: a whole number from 1 to ${MOST_DAYS}; every token ends some day`)
  return { user, name: name.trim(), scopes: [...new Set(scope)], days: count }
}

async function create(
  db: Knex,
  config: Config,
  { user: who, ...wanted }: Wanted,
  json: boolean,
): Promise<number> {
  const user = await userOf(db, config, who)
  const { id, token, expires } = await createToken(db, user, wanted)
  if (json) console.log(JSON.stringify({ id, user, token, ...wanted, expires_at: expires }, null, 2))
  else
    console.log(
      `Token (shown this once): ${token}\n` +
        `${id}  user ${user}, ${wanted.scopes.join(' ')}, until ${dayOf(expires)}. It is sent as Authorization: Bearer ut_…; to end it: usertwo tokens revoke ${id}`,
    )
  return EXIT.go
}

async function list(db: Knex, config: Config, { user, json }: Values): Promise<number> {
  const found = await listTokens(db, user === undefined ? undefined : await userOf(db, config, user))
  if (json) console.log(JSON.stringify(found, null, 2))
  else if (found.length === 0)
    console.log('No tokens. To make one: usertwo tokens create --user WHO --name NAME')
  else
    for (const one of found)
      console.log(
        `${one.id}  user ${one.user}  ${one.name}  ${one.scopes.join(' ')}  until ${dayOf(one.expires_at)}  last used ${one.last_used_at > one.issued_at ? dayOf(one.last_used_at) : 'never'}`,
      )
  return EXIT.go
}

const dayOf = (at: Date) => at.toISOString().slice(0, 10)

async function revoke(db: Knex, id: string): Promise<number> {
  const ended = await revokeToken(db, id)
  console.log(
    ended ? `Token ${id} has ended.` : `There is no token ${id} that is good still; see: usertwo tokens list`,
  )
  return ended ? EXIT.go : EXIT.noGo
}
