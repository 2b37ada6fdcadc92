import type { ConnectAnswer, OauthProvider } from '../../../contract/answers.js'
import { ENDPOINTS } from '../../../contract/endpoints.js'
import { type Html, html } from '../../../core/html.js'
import type { Say } from '../../4-auth/words/words.js'
import { all } from '../html/page-html.js'

/**
 * A button for each provider, in the form of a page: what the form says of a shared computer and of codes is sent with it. The
 * form's own button comes first, so that the enter key presses that one.
 */
export function providerButtons(
  base: string,
  say: Say,
  providers: readonly OauthProvider[] = [],
): Html | undefined {
  if (providers.length === 0) return undefined
  const action = `${base}${ENDPOINTS.connectProvider.form.path}`
  const button = ({ name, label: provider }: OauthProvider) =>
    html`<button type="submit" class="quiet" formaction="${action}" formnovalidate name="provider" value="${name}">${say('providers.continue', { provider })}</button>
`
  return html`<div class="choices providers">
${all(providers.map(button))}</div>
`
}

/** What a browser shows for the moment in which it goes on to a provider; without that it is the way on. */
export const leavingBody = (say: Say, { url }: ConnectAnswer, provider: string): Html =>
  html`<p>${say('providers.leaving', { provider })}</p>
<p><a href="${url}">${say('providers.leaving_link', { provider })}</a></p>
`
