import type { Knex } from 'knex'
import type { Config } from '../../src/config/config.js'
import { variableOf } from '../../src/config/settings.js'
import type { UserId } from '../../src/core/context.js'
import { putRow } from '../../src/mail/outbox-rows.js'
import { recoveryCodesLeft } from '../../src/phases/4-auth/factors/recovery-codes.js'
import {
  hasFeatureTable,
  type RemovedFactors,
  resetFactors,
} from '../../src/phases/4-auth/factors/remove-factor.js'
import { totpOf } from '../../src/phases/4-auth/factors/totp-rows.js'
import { passkeysOf } from '../../src/phases/4-auth/passkeys/passkey-rows.js'
import { assertSchema } from '../claimed.js'
import { EXIT } from '../command.js'

interface FactorOptions {
  reset: boolean
  json: boolean
}

/** Shows the second factor and the passkeys of a user, or removes them for a user who lost the phone. */
export async function userFactors(
  db: Knex,
  config: Config,
  user: UserId,
  { reset: isReset, json }: FactorOptions,
): Promise<number> {
  await assertSchema(db, 'totp')
  return isReset ? reset(db, config, user, json) : show(db, user, json)
}

const day = (at: Date) => at.toISOString().slice(0, 10)

async function show(db: Knex, user: UserId, json: boolean): Promise<number> {
  const since = (await totpOf(db, user))?.confirmed_at ?? null
  const left = await recoveryCodesLeft(db, user)
  const passkeys = (await hasFeatureTable(db, 'passkeys')) ? await passkeysOf(db, user) : []
  if (json) {
    const totp = since && { since, recovery_codes_left: left }
    console.log(JSON.stringify({ id: user, totp, passkeys }, null, 2))
    return EXIT.go
  }
  console.log(
    since
      ? `User ${user} has an authenticator app since ${day(since)}, and ${left} recovery codes left.`
      : `User ${user} has no second factor.`,
  )
  for (const { name, created_at, last_used_at } of passkeys)
    console.log(
      `User ${user} has the passkey "${name}" since ${day(created_at)}, ${last_used_at ? `last used ${day(last_used_at)}` : 'not used yet'}.`,
    )
  return EXIT.go
}

async function reset(db: Knex, config: Config, user: UserId, json: boolean): Promise<number> {
  const mails = variableOf(process.env, config.prefix, 'SMTP_URL') !== undefined
  const removed = await db.transaction((trx) =>
    resetFactors(trx, user, {}, async (kind) => mails && putRow(trx, new Date(), { kind, user })),
  )
  const isRemoved = removed.totp || removed.passkeys > 0
  if (json) {
    const { passkeys } = removed
    console.log(
      JSON.stringify({ id: user, removed: isRemoved, passkeys, notified: isRemoved && mails }, null, 2),
    )
  } else
    console.log(isRemoved ? said(user, removed, mails) : `User ${user} has no second factor and no passkey.`)
  return isRemoved ? EXIT.go : EXIT.noGo
}

function said(user: UserId, { totp, passkeys }: RemovedFactors, mails: boolean): string {
  const gone = [
    ...(totp ? [`The second factor of user ${user} is gone: they log in with their password alone.`] : []),
    ...(passkeys > 0
      ? [`Removed ${passkeys === 1 ? 'a passkey' : `${passkeys} passkeys`} of user ${user}.`]
      : []),
    mails ? 'The app mails them that.' : 'SMTP_URL is not set here: tell them yourself.',
  ]
  return gone.join(' ')
}
