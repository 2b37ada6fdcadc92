import { type Html, html } from '../../../core/html.js'
import type { Say } from '../../4-auth/words/words.js'
import type { FieldErrors } from '../forms/fields.js'

/** The content of a page; every text is escaped when it is inserted. */
export interface Page {
  say: Say
  /** of the app */
  app: string
  title: string
  /** URL prefix of the stylesheet and the script */
  base: string
  /** what was done; or, with {@link isError}, what was wrong */
  message?: string
  isError?: boolean
  /** errors of this page's fields: shown instead of the message, with a link to each */
  errors?: FieldErrors
  /** seconds until another attempt makes sense; the script counts them down */
  wait?: number
  /** whether it has more than one form */
  isWide?: boolean
  /** HTML made by {@link html} */
  body: Html
}

/** A whole page: nothing inline, so that the strictest Content-Security-Policy can be used. */
export function page({ say, app, title, base, isError, isWide, body, ...page }: Page): string {
  return html`<!doctype html>
<html lang="${say('lang')}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${isError ? `${say('error')} ` : ''}${title} · ${app}</title>
<link rel="stylesheet" href="${base}/pages.css">
<script src="${base}/pages.js" defer></script>
</head>
<body>
<main${isWide ? html` class="wide"` : undefined}>
<p class="app">${app}</p>
<h1>${title}</h1>
${isError ? summary(page, body) : page.message && html`<p class="note" role="status">${page.message}</p>`}
${body}
</main>
</body>
</html>
`.text
}

/** The errors come first and get the focus, because a page that comes back looks like the one before. */
function summary(
  { message, errors = {}, wait }: Pick<Page, 'message' | 'errors' | 'wait'>,
  body: Html,
): Html {
  const line = ([name, text]: [string, string]) =>
    body.text.includes(` id="${name}"`) ? html`<p><a href="#${name}">${text}</a></p>` : html`<p>${text}</p>`
  const lines = Object.entries(errors).map(line)
  const shown = lines.length > 0 ? lines : [html`<p>${message}</p>`]
  return html`<div class="alert" role="alert" id="alert" tabindex="-1" autofocus${wait ? html` data-wait="${wait}"` : undefined}>${all(shown)}</div>`
}

/** Joins parts in order. */
export const all = (parts: readonly (Html | undefined)[]): Html =>
  parts.reduce<Html>((before, part) => html`${before}${part}`, html``)
