/** Text that is already HTML. */
export class Html {
  constructor(readonly text: string) {}
}

/** Inserts values into HTML, escaped, except for parts that are already HTML. */
export function html(strings: TemplateStringsArray, ...values: (string | number | Html | undefined)[]): Html {
  const shown = values.map((value) => (value instanceof Html ? value.text : escaped(String(value ?? ''))))
  return new Html(String.raw({ raw: strings }, ...shown))
}

const SIGNS: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => SIGNS[sign]!)
}
