import type { Knex } from 'knex'
import { loadProject } from '../../../proof/gate/project.js'
import type { Config } from '../../../src/config/config.js'
import {
  createToken,
  listTokens,
  revokeMadeToken,
} from '../../../src/phases/4-auth/sessions/tokens/made-tokens.js'
import { assertSchema } from '../../claimed.js'
import { EXIT, implement } from '../../command.js'
import { databaseUrl, withDatabase, writableDatabaseUrl } from '../../database.js'
import type { Values } from '../../declared/declaration.js'
import { userCommands } from '../../declared/users.js'
import { UsageError } from '../../usage-error.js'
import { userOf } from '../../users/who.js'

const LONGEST_NAME = 100
const SCOPE = /^[\w:.*/-]{1,100}$/

type TokensValues = Values<typeof userCommands.tokens>

export const command = implement(userCommands.tokens, async ({ values, action, words }) => {
  const [id] = words
  const wanted = action === 'create' ? readWanted(values) : null
  const { config } = await loadProject(values.config)
  const url = action === 'list' ? databaseUrl(values.database) : writableDatabaseUrl(values)
  return withDatabase(url, async (db) => {
    await assertSchema(db, 'tokens')
    if (wanted) return create(db, config, wanted, values.json)
    return action === 'list' ? list(db, config, values) : revoke(db, id!)
  })
})

interface Wanted {
  user: string
  name: string
  scopes: string[]
  days: number
}

/** @throws UsageError */
function readWanted({ user, name, scope = ['read'], days }: TokensValues): Wanted {
  if (!user) throw new UsageError('tokens create: --user WHO, an e-mail address, user name or id')
  if (!name?.trim() || name.length > LONGEST_NAME)
    throw new UsageError(
      `tokens create: --name NAME says what it is for, e.g. --name "nightly export"; 1 to ${LONGEST_NAME} characters`,
    )
  const wrong = scope.find((one) => !SCOPE.test(one))
  if (wrong !== undefined)
    throw new UsageError(`--scope ${wrong}: read, write, admin or a name of your own, e.g. --scope reports`)
  return { user, name: name.trim(), scopes: [...new Set(scope)], days }
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

async function list(db: Knex, config: Config, { user, json }: TokensValues): Promise<number> {
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
  const ended = await revokeMadeToken(db, id)
  console.log(ended ? `Token ${id} has ended.` : `No valid token has the id ${id}; see: usertwo tokens list`)
  return ended ? EXIT.go : EXIT.noGo
}
