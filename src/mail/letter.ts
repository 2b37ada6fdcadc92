import { html } from '../core/html.js'
import type { Mail } from './transport.js'

export interface LetterLink {
  /** the text of the link where links are possible */
  label: string
  href: string
}

interface Letter {
  to: string
  subject: string
  /** paragraphs with an empty line between; one that is `{link}`, by its name, is that link */
  text: string
  links?: Readonly<Record<string, LetterLink>>
  /** HTML around the text, for `{content}`; it is the operator's, and inserted unescaped */
  around?: string
}

/** A mail of a few paragraphs, as text and as HTML. Inserted values are escaped. */
export function letter({ to, subject, text, links = {}, around = '{content}' }: Letter): Mail {
  const named = new Map(Object.entries(links).map(([name, link]) => [`{${name}}`, link]))
  const paragraphs = text.split(/\n{2,}/).map((one) => one.trim())
  // A link within a sentence is shown as its URL.
  const inWords = (one: string) => one.replace(/\{\w+\}/g, (all) => named.get(all)?.href ?? all)
  const shown = paragraphs.map((one) => {
    const link = named.get(one)
    return link ? html`<p><a href="${link.href}">${link.label}</a></p>` : html`<p>${inWords(one)}</p>`
  })
  const content = shown.map((one) => one.text).join('\n')
  return {
    to,
    subject,
    text: paragraphs.map(inWords).join('\n\n'),
    html: `${around.replace('{content}', () => content)}\n`,
  }
}
