import type { Knex } from 'knex'
import type { Config } from '../../src/config/config.js'
import { variableOf } from '../../src/config/settings.js'
import type { UserId } from '../../src/core/context.js'
import { putRow } from '../../src/mail/outbox-rows.js'
import { recoveryCodesLeft } from '../../src/phases/4-auth/factors/recovery-codes.js'
import { resetFactor } from '../../src/phases/4-auth/factors/reset-factor.js'
import { totpOf } from '../../src/phases/4-auth/factors/totp-rows.js'
import { assertSchema } from '../claimed.js'
import { EXIT } from '../command.js'

interface FactorOptions {
  reset: boolean
  json: boolean
}

/** Shows the second factor of a user, or removes it for a user who lost the phone and the recovery codes. */
export async function userFactors(
  db: Knex,
  config: Config,
  user: UserId,
  { reset, json }: FactorOptions,
): Promise<number> {
  await assertSchema(db, 'totp')
  return reset ? resetForUser(db, config, user, json) : show(db, user, json)
}

async function show(db: Knex, user: UserId, json: boolean): Promise<number> {
  const since = (await totpOf(db, user))?.confirmed_at ?? null
  const left = await recoveryCodesLeft(db, user)
  if (json)
    console.log(JSON.stringify({ id: user, totp: since && { since, recovery_codes_left: left } }, null, 2))
  else
    console.log(
      since
        ? `User ${user} has an authenticator app since ${since.toISOString().slice(0, 10)}, and ${left} recovery codes left.`
        : `User ${user} has no second factor.`,
    )
  return EXIT.go
}

async function resetForUser(db: Knex, config: Config, user: UserId, json: boolean): Promise<number> {
  const mails = variableOf(process.env, config.prefix, 'SMTP_URL') !== undefined
  const removed = await db.transaction(async (trx) => {
    if (!(await resetFactor(trx, user))) return false
    if (mails) await putRow(trx, new Date(), { kind: 'factor_removed', user })
    return true
  })
  if (json) console.log(JSON.stringify({ id: user, removed, notified: removed && mails }, null, 2))
  else if (!removed) console.log(`User ${user} has no second factor.`)
  else
    console.log(
      `The second factor of user ${user} is gone: they log in with their password alone. ${mails ? 'The app mails them that.' : 'SMTP_URL is not set here: tell them yourself.'}`,
    )
  return removed ? EXIT.go : EXIT.noGo
}
