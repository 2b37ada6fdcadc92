import type { Person } from '../../../core/context.js'
import { type Html, html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import { momentIn } from '../../4-auth/words/dates.js'
import { isTextName, type Say, wordsIn } from '../../4-auth/words/words.js'
import { all } from '../html/page-html.js'

const MOST = 20

/** The latest events of an account, so that its user can notice what they did not do. */
export async function happened({ db, config }: Kit, { id }: Pick<Person, 'id'>): Promise<Html> {
  const rows: { at: Date; event: string; ip_address: string | null }[] = await db('usertwo.audit')
    .where({ user_id: id })
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(MOST)
    .select('at', 'event', 'ip_address')
  const say = wordsIn(config)
  const line = ({ at, event, ip_address }: (typeof rows)[number]) => html`<li>
<span>${nameOf(say, event)}</span>
<span class="when">${time(at, say)}${ip_address ? ` · ${ip_address}` : undefined}</span>
</li>
`
  return html`<section aria-labelledby="happened">
<h2 id="happened">${say('account.happened')}</h2>
<ul class="rows">
${all(rows.map(line))}</ul>
</section>
`
}

/** An event without a text is shown by its name. */
function nameOf(say: Say, event: string): string {
  const word = `event.${event}`
  return isTextName(word) ? say(word) : event.replaceAll('_', ' ')
}

/** @param say default: as English pages show it, those of administrators among them */
export const time = (at: Date, say: Pick<Say, 'language'> = { language: 'en' }): Html =>
  html`<time datetime="${at.toISOString()}">${momentIn(say, at)}</time>`
