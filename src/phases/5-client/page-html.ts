/** What a page shows; every text is escaped when it is put in. */
export interface Page {
  /** of the app */
  app: string
  title: string
  /** folder of the stylesheet and the script */
  base: string
  message?: string
  /** seconds until another try makes sense; the script counts them down */
  wait?: number
  /** HTML made by {@link html} */
  body: Html
}

/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

/** Puts values into HTML, escaped, but for parts that are HTML already. */
export function html(strings: TemplateStringsArray, ...values: (string | number | Html | undefined)[]): Html {
  const shown = values.map((value) => (value instanceof Html ? value.text : escaped(String(value ?? ''))))
  return new Html(String.raw({ raw: strings }, ...shown))
}

const SIGNS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => SIGNS[sign]!)
}

/** A whole page: nothing inline, so that the strictest Content-Security-Policy holds. */
export function page({ app, title, base, message, wait, body }: Page): string {
  const alert = message
    ? html`<p class="alert" role="alert" id="alert"${wait ? html` data-wait="${wait}"` : undefined}>${message}</p>`
    : undefined
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · ${app}</title>
<link rel="stylesheet" href="${base}/pages.css">
<script src="${base}/pages.js" defer></script>
</head>
<body>
<main>
<p class="app">${app}</p>
<h1>${title}</h1>
${alert}
${body}
</main>
</body>
</html>
`.text
}
