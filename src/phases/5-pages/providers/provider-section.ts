import type { OauthProvider } from '../../../contract/answers.js'
import type { Person } from '../../../core/context.js'
import { type Html, html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import { shownProviders } from '../../4-auth/endpoints/oauth-actions.js'
import { type IdentityShown, linkedIdentities } from '../../4-auth/oauth/identities.js'
import { type Say, wordsIn } from '../../4-auth/words/words.js'
import { time } from '../account/happened.js'
import { formStart, hiddenField } from '../forms/fields.js'
import { all } from '../html/page-html.js'

/** The part of the account page with the accounts at providers: each can be unlinked, and further ones are linked. */
export function providerSection(kit: Kit): (person: Person) => Promise<Html> {
  const base = kit.at.pages
  const say = wordsIn(kit.config)
  return async ({ id }) => {
    const [linked, providers] = await Promise.all([linkedIdentities(kit.db, id), shownProviders(kit)])
    const lines = linked.map((one) => line(base, say, one, providers))
    return html`<section aria-labelledby="providers">
<h2 id="providers">${say('providers.title')}</h2>
<p>${say('providers.text')}</p>
${
  lines.length === 0
    ? undefined
    : html`<ul class="rows">
${all(lines)}</ul>
`
}<div class="choices">
${all(providers.map((one) => link(base, say, one)))}</div>
</section>
`
  }
}

function line(
  base: string,
  say: Say,
  { id, provider, shown, created_at, last_used_at }: IdentityShown,
  providers: readonly OauthProvider[],
): Html {
  const label = providers.find(({ name }) => name === provider)?.label ?? provider
  const used = last_used_at
    ? html`${say('providers.used')} ${time(last_used_at)}`
    : html`${say('providers.never')}`
  const name = shown === null ? label : `${label} (${shown})`
  return html`<li>
<span><strong>${label}</strong>${shown === null ? undefined : html` ${shown}`}</span>
<span class="when">${say('providers.since')} ${time(created_at)} · ${used}</span>
${formStart(base)('unlinkProvider')}
${hiddenField('id', id)}<button type="submit" class="small" aria-label="${say('providers.unlink_label', { name })}">${say('providers.unlink')}</button>
</form>
</li>
`
}

const link = (base: string, say: Say, { name, label: provider }: OauthProvider): Html =>
  html`${formStart(base)('linkProvider')}
${hiddenField('provider', name)}<button type="submit" class="quiet">${say('providers.link', { provider })}</button>
</form>
`
