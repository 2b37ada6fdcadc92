/** Why scripts of a page will not run behind the policy that phase 7 puts on pages; empty: they will. */
export function refusedScripts(html: string): string[] {
  const hosts = new Set<string>()
  let inline = false
  for (const [, attributes, text] of html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/gi)) {
    const source = /\ssrc\s*=\s*["']?([^"'\s>]+)/i.exec(attributes!)?.[1]
    const host = source && /^(?:https?:)?\/\//i.test(source) ? new URL(source, 'https://app').host : null
    if (host) hosts.add(host)
    if (!source && text!.trim() && !/type\s*=\s*["']?[\w/+-]*json/i.test(attributes!)) inline = true
  }
  if (/<[a-z][^>]*\son[a-z]+\s*=\s*["']/i.test(html)) inline = true
  return [
    ...[...hosts].map(
      (host) => `a script of ${host}, which gates do not reach either: keep a copy of it in the app`,
    ),
    ...(inline ? ['a script within the page: move it to a file of its own'] : []),
  ]
}
