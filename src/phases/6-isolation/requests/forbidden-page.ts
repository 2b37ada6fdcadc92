import type { IncomingMessage } from 'node:http'
import type { Addresses } from '../../../config/addresses.js'
import { appName } from '../../../config/app-name.js'
import { html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import { isShown } from '../../../express/navigation.js'
import { nextPath } from '../../4-auth/next-path.js'
import { inLanguageOf, isChosen } from '../../4-auth/words/languages.js'
import { wordsIn } from '../../4-auth/words/words.js'
import { HEADERS } from '../../5-pages/html/page-answer.js'
import { page } from '../../5-pages/html/page-html.js'
import type { Refused } from './forbidden.js'

/** A page with its headers. */
export interface Explained {
  headers: Readonly<Record<string, string>>
  text: string
}

/** Returns the page for a request whose answer is shown in a browser; null: a program reads it. */
export type ForbiddenPage = (req: IncomingMessage, code?: Refused) => Explained | null

/** Makes the page that says why a form or a link did nothing, with a link back. */
export function forbiddenPage(kit: Kit): ForbiddenPage {
  const base = kit.at.pages
  const plain = { ...HEADERS, 'Content-Type': 'text/html; charset=utf-8' }
  return (req, code = 'forbidden') => {
    if (!isShown(req)) return null
    const { config } = inLanguageOf(kit, req)
    const say = wordsIn(config)
    const headers = isChosen(kit) ? { ...plain, 'Content-Language': say.language } : plain
    const back = cameFrom(req, kit.at)
    const [title, why] =
      code === 'taken'
        ? (['problem.taken', 'others.taken'] as const)
        : (['others.title', 'others.text'] as const)
    const body = html`<p data-code="${code}">${say(why)}</p>
<p class="other">${back === null ? undefined : html`<a href="${back}">${say('others.back')}</a> · `}<a href="${kit.at.home}">${say('back_to_app')}</a></p>
`
    const text = page({ say, app: appName(config), base, title: say(title), body })
    return { headers, text }
  }
}

/** The page of this app that the browser was on; null: none, or not stated. */
function cameFrom({ headers }: IncomingMessage, at: Addresses): string | null {
  const { referer = '', host } = headers
  if (!URL.canParse(referer)) return null
  const from = new URL(referer)
  if (from.host !== host) return null
  const path = nextPath(from.pathname + from.search, at)
  return path === at.home ? null : path
}
