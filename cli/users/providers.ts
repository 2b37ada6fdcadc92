import type { Knex } from 'knex'
import type { Config } from '../../src/config/config.js'
import { variableOf } from '../../src/config/settings.js'
import type { UserId } from '../../src/core/context.js'
import { putRow } from '../../src/mail/outbox-rows.js'
import { accountOf } from '../../src/phases/4-auth/accounts/accounts.js'
import { forgetDevices } from '../../src/phases/4-auth/accounts/credentials.js'
import { hasFeatureTable, removeIdentities } from '../../src/phases/4-auth/factors/remove-factor.js'
import { linkedIdentities } from '../../src/phases/4-auth/oauth/identities.js'
import { EXIT } from '../command.js'

interface ProviderOptions {
  unlink: boolean
  json: boolean
}

/** Shows the accounts at providers by which a user logs in, or unlinks them where another person may have linked one. */
export async function userProviders(
  db: Knex,
  config: Config,
  user: UserId,
  { unlink: isUnlinking, json }: ProviderOptions,
): Promise<number> {
  const linked = (await hasFeatureTable(db, 'identities')) ? await linkedIdentities(db, user) : []
  if (isUnlinking) return unlink(db, config, user, { unlinked: linked.length, json })
  if (json) console.log(JSON.stringify({ id: user, providers: linked }, null, 2))
  else if (linked.length === 0) console.log(`User ${user} has linked no provider.`)
  else
    for (const { provider, shown, created_at } of linked)
      console.log(
        `User ${user} has linked ${provider}${shown === null ? '' : ` (${shown})`} since ${created_at.toISOString().slice(0, 10)}.`,
      )
  return EXIT.go
}

async function unlink(
  db: Knex,
  config: Config,
  user: UserId,
  { unlinked, json }: { unlinked: number; json: boolean },
): Promise<number> {
  const mails = variableOf(process.env, config.prefix, 'SMTP_URL') !== undefined
  if (unlinked > 0)
    await db.transaction(async (trx) => {
      await removeIdentities(trx, user)
      // A login by one of them that has begun ends as well.
      await forgetDevices(trx, user)
      const details = { by: 'operator', providers: unlinked }
      await trx('usertwo.audit').insert({ event: 'provider_unlinked', user_id: user, details })
      if (mails) await putRow(trx, new Date(), { kind: 'provider_unlinked', user })
    })
  const hasPassword = (await accountOf(db, config, user))?.passwordHash != null
  if (json) console.log(JSON.stringify({ id: user, unlinked, hasPassword }, null, 2))
  else if (unlinked === 0) console.log(`User ${user} has linked no provider.`)
  else
    console.log(
      [
        `Unlinked ${unlinked === 1 ? 'one account' : `${unlinked} accounts`} of user ${user}. Their logins go on: usertwo sessions revoke --user ${user} ends them.`,
        ...(hasPassword ? [] : [`User ${user} has no password: usertwo users reset-link prints a link.`]),
        mails ? 'The app mails them that.' : 'SMTP_URL is not set here: tell them yourself.',
      ].join(' '),
    )
  return unlinked > 0 ? EXIT.go : EXIT.noGo
}
