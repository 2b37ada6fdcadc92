import type { Knex } from 'knex'
import type { Config } from '../../src/config/config.js'
import { parseDial } from '../../src/config/settings.js'
import type { UserId } from '../../src/core/context.js'
import { ownerHasLogin } from '../../src/phases/4-auth/accounts/owner-login.js'
import { issueReset } from '../../src/phases/4-auth/links/reset-token.js'
import { assertSchema } from '../claimed.js'
import { EXIT } from '../command.js'
import { appOrigin } from './app-origin.js'

const PAGES_FROM = 5

interface ResetOptions {
  /** address of the app; default: PUBLIC_URL, or the first of CORS_ORIGINS */
  url?: string
  json: boolean
}

/** Prints a link with which a user can set a new password once, within an hour. */
export async function resetLink(
  db: Knex,
  config: Config,
  user: UserId,
  { url, json }: ResetOptions,
): Promise<number> {
  await assertSchema(db, 'password_resets')
  const { auth, owner, prefix } = config
  const origin = appOrigin(prefix, url)
  const dial = parseDial(process.env, prefix) ?? PAGES_FROM
  if (String(user) === String(owner.id) && !(await ownerHasLogin(db, config))) {
    console.log(`User ${user} is the owner, whose account is not claimed yet; run: usertwo claim`)
    return EXIT.noGo
  }
  const token = await issueReset(db, user)
  const path = `${auth.pages}/reset?token=${token}`
  const hasPage = dial >= PAGES_FROM
  if (json) {
    const link = hasPage ? `${origin ?? ''}${path}` : null
    console.log(JSON.stringify({ id: user, link, token, api: `POST ${auth.mount}/password/reset` }, null, 2))
    return EXIT.go
  }
  console.log(
    hasPage
      ? `${origin ? `${origin}${path}` : `${path}\n(at the address of the app; say --url https://… for the whole link)`}`
      : `Phase ${dial} has no page for it (pages come with phase ${PAGES_FROM}). Send to ${origin ?? ''}${auth.mount}/password/reset:\n` +
          JSON.stringify({ token, password: '…' }),
  )
  console.log(`It sets a new password for user ${user}, once and within an hour, and ends all their logins.`)
  return EXIT.go
}
