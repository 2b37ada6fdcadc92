import type { Request } from 'express'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import { shownProviders } from '../../4-auth/endpoints/oauth-actions.js'
import { wordsIn } from '../../4-auth/words/words.js'
import type { Shown } from '../html/page-answer.js'

/** How a login by a provider ended, as its callback says in the address of a page; empty: it says nothing. */
export async function outcomeShown(kit: Kit, req: Request): Promise<Pick<Shown, 'message' | 'problem'>> {
  const { outcome, provider: name } = req.query
  if (!kit.settings.AUTH_ENABLE_OAUTH || outcome === undefined) return {}
  const { REFUSALS } = await import('../../4-auth/oauth/outcome.js')
  const why = REFUSALS.find((one) => one === outcome)
  const provider = (await shownProviders(kit)).find((one) => one.name === name)?.label
  if (!why || provider === undefined) return {}
  const text = wordsIn(kit.config)(`providers.${why}`, { provider })
  // The user did nothing wrong: the page is where to go on.
  return why === 'exists' ? { message: text } : { problem: new Problem('invalid_request', text) }
}
