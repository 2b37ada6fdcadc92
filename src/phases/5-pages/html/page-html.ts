import { type Html, html } from '../../../core/html.js'
import type { Say } from '../../4-auth/words/words.js'
import type { FieldErrors } from '../forms/fields.js'

/** What a page shows; every text is escaped when it is put in. */
export interface Page {
  say: Say
  /** of the app */
  app: string
  title: string
  /** folder of the stylesheet and the script */
  base: string
  /** what was done; or, with {@link isError}, what was wrong */
  message?: string
  isError?: boolean
  /** what was wrong with fields of this page: in place of the message, with the way to each */
  errors?: FieldErrors
  /** seconds until another try makes sense; the script counts them down */
  wait?: number
  /** it holds more than one form */
  isWide?: boolean
  /** HTML made by {@link html} */
  body: Html
}

/** A whole page: nothing inline, so that the strictest Content-Security-Policy holds. */
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

/** What was wrong, in front of everything, and where the focus is: a page that comes back looks like the one before. */
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

/** One after the other. */
export const all = (parts: readonly (Html | undefined)[]): Html =>
  parts.reduce<Html>((before, part) => html`${before}${part}`, html``)
