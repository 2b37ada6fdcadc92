const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' }

/** Returns HTML with its common character references read: `&#39;`, `&#x27;`, `&amp;`. Others stay as they are. */
export function unescaped(html: string): string {
  return html.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (all, decimal, hex, name) => {
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : null
    if (code === null) return NAMED[String(name).toLowerCase()] ?? all
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : all
  })
}
