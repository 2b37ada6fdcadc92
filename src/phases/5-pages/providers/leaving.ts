import type { Request, Response } from 'express'
import type { ConnectAnswer } from '../../../contract/answers.js'
import type { Kit } from '../../../core/kit.js'
import { shownProviders } from '../../4-auth/endpoints/oauth-actions.js'
import { wordsIn } from '../../4-auth/words/words.js'
import { pageAnswer } from '../html/page-answer.js'
import { leavingBody } from './provider-forms.js'

/**
 * Sends the browser on to a provider, from a page: browsers apply a page's `form-action` to where a form is redirected, and a
 * provider may redirect further, to addresses that no page could list.
 */
export function leaving(kit: Kit): (req: Request, res: Response, to: ConnectAnswer) => Promise<void> {
  const answer = pageAnswer(kit)
  const say = wordsIn(kit.config)
  return async (req, res, to) => {
    const provider = (await shownProviders(kit)).find(({ name }) => name === req.body.provider)?.label ?? ''
    const title = say('providers.leaving_title', { provider })
    const headers = { Refresh: `0; url=${to.url}` }
    answer(res, { title, body: leavingBody(say, to, provider), headers })
  }
}
