import type { Request, Response } from 'express'
import { Html, html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import type { Incoming } from '../../../express/handler.js'
import { type Kept, keptMail } from '../../../mail/kept-mail.js'
import type { pageAnswer } from '../html/page-answer.js'
import { all } from '../html/page-html.js'
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

const LOOPBACK = /^(?:::1|(?:::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/i
const OUR_NAMES = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?::\d+)?$/i
/** Headers that proxies add. */
const FORWARDED = /^(?:forwarded|via|x-forwarded.*|x-real-ip|x-original-.*|.*client-ip|.*connecting-ip)$/

/**
 * Whether a request comes from this machine without a proxy. The connection's address cannot be forged; the host name
 * must be one that only this machine has, which excludes a page of another site whose own name resolves to this
 * machine; and there must be no header that proxies add. A proxy that adds none and rewrites the name is not detected.
 *
 * @param hops TRUST_PROXY: where a proxy is expected the answer is false
 */
export function isFromHere(req: Incoming, hops: number): boolean {
  return (
    hops === 0 &&
    LOOPBACK.test(req.socket.remoteAddress ?? '') &&
    OUR_NAMES.test(req.headers.host ?? '') &&
    !Object.keys(req.headers).some((name) => FORWARDED.test(name))
  )
}
