import type { Request, Response } from 'express'
import { Html, html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import { type Kept, keptMail } from '../../../mail/kept-mail.js'
import type { pageAnswer } from '../html/page-answer.js'
import { all } from '../html/page-html.js'
import { isFromHere } from './from-here.js'
import { time } from './happened.js'

/**
 * Shows the mails that would have been sent, with their links, to the developer of the app: only in
 * development, without a mail server, and to a browser on this machine.
 *
 * @throws Problem `not_found` everywhere else
 */
export function outboxPage(
  kit: Kit,
  answer: ReturnType<typeof pageAnswer>,
): (req: Request, res: Response) => void {
  const { AUTH_OUTBOX, TRUST_PROXY } = kit.settings
  return (req, res) => {
    if (!AUTH_OUTBOX || !isFromHere(req, TRUST_PROXY)) throw new Problem('not_found')
    const mails = keptMail(kit).mails()
    const body = html`<p>Without a mail server (<code>SMTP_URL</code>) mail stays here, in this process and until it ends. Only in development, and only on this machine.</p>
${
  mails.length === 0
    ? NONE
    : html`<ul class="rows mails">
${all(mails.map(line))}</ul>
`
}`
    answer(res, {
      title: 'Mail that was not sent',
      body,
      isWide: true,
      headers: { 'Referrer-Policy': 'no-referrer' },
    })
  }
}

const NONE = html`<p class="note">Nothing was mailed yet.</p>
`

/** usertwo wrote the HTML of the mail and escaped the values in it. */
const line = ({ at, to, subject, html: shown }: Kept) => html`<li>
<span><strong>${subject}</strong></span>
<span class="when">${time(at)} · to ${to}</span>
<div>${new Html(shown)}</div>
</li>
`
