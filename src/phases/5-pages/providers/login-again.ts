import type { Request } from 'express'
import type { OauthProvider } from '../../../contract/answers.js'
import type { UserId } from '../../../core/context.js'
import { type Html, html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import { accountOf } from '../../4-auth/accounts/accounts.js'
import { shownProviders } from '../../4-auth/endpoints/oauth-actions.js'
import type { Say } from '../../4-auth/words/words.js'
import { formStart, hiddenField } from '../forms/fields.js'
import { providerButtons } from './provider-forms.js'

/** The providers by which a user without a password proves who they are; null: there is a password, or the feature is off. */
export async function providersInstead(kit: Kit, req: Request): Promise<OauthProvider[] | null> {
  const user = kit.userOf(req)
  if (!kit.settings.AUTH_ENABLE_OAUTH || !user) return null
  return (await lacksPassword(kit, user.id)) ? shownProviders(kit) : null
}

/** Whether a user has no password, and logs in by a provider or by mailed links. */
export async function lacksPassword({ db, config }: Kit, user: UserId): Promise<boolean> {
  return (await accountOf(db, config, user))?.passwordHash === null
}

interface Again {
  /** why, in words */
  text: string
  providers: readonly OauthProvider[]
  /** where to go afterwards, checked */
  next: string
}

/** A form that logs in again by a provider, in place of the password. */
export const providerForm = (base: string, say: Say, { text, providers, next }: Again): Html =>
  html`${formStart(base)('connectProvider')}
<p>${text}</p>
${hiddenField('next', next)}${providerButtons(base, say, providers)}</form>
`
