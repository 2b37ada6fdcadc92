import { html } from '../core/html.js'
import type { Mail } from './transport.js'

export interface LetterLink {
  /** what it is called where links can be */
  label: string
  href: string
}

interface Letter {
  to: string
  subject: string
  /** an empty line between; one that is `{link}`, by its name, is that link */
  text: string
  links?: Readonly<Record<string, LetterLink>>
  /** HTML around what is said, for `{content}`; it is the operator's, and put in as it is */
  around?: string
}

/** A mail of a few paragraphs, as text and as HTML. What is put into it is escaped. */
export function letter({ to, subject, text, links = {}, around = '{content}' }: Letter): Mail {
  const named = new Map(Object.entries(links).map(([name, link]) => [`{${name}}`, link]))
  const paragraphs = text.split(/\n{2,}/).map((one) => one.trim())
  // A link within a sentence is its address.
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
