import type { Config } from '../../../src/config/config.js'
import { openPages } from '../../attack/browser/page-complaints.js'
import type { Check } from '../../gate/check.js'
import { logInBrowser } from '../../gate/people/give-login.js'
import { ADDED_PAGE, withoutPages } from '../../inventory/found-pages.js'
import pagesInnerApp from '../5-pages/mutants/inner-app.js'
import innerApp from './mutants/inner-app.js'

/** What a report says where pages keep a token of the app's own at a place that is not known. */
const withoutLogin = ({ auth: { login } }: Config): string[] =>
  login?.token && !login.localStorage
    ? [
        'opened without a login: auth.login.localStorage does not name the key under which pages keep the token',
      ]
    : []

export const pagesWork: Check = {
  id: 'legacy.pages-work',
  title: 'Every page works in a real browser as before, with its content security policy enforced',
  proves: ['H5', 'I4'],
  fix: 'Give a script or style within the page the nonce of cspNonce(), or move it to a file of its own, and a handler (onclick="…") into one; keep a copy of files from other hosts in the app.',
  timeout: 180_000,
  async run(gate) {
    const none = await withoutPages(gate, 'pages')
    if (none) return none
    const target = await gate.app({ realTime: true })
    const owner = await gate.owner({ realTime: true })
    const context = await (await gate.browser()).newContext({ baseURL: target.url })
    await logInBrowser(context, gate.config, owner, target.url)
    const { exercised, problems, notes } = await openPages(gate, target, context)
    return { exercised, unit: 'pages', problems, notes: [...withoutLogin(gate.config), ...notes] }
  },
  mutants: [
    {
      name: 'a page has a script within it',
      names: /its policy \(script-src-elem\) refuses the script within the page, line \d+/,
      by: { replace: [pagesInnerApp.inlineScript] },
    },
    {
      name: 'a page has a handler within it',
      names: 'its policy (script-src-attr) refuses a handler within the page',
      by: { replace: [innerApp.inlineHandler] },
    },
  ],
  additions: ADDED_PAGE,
}
