import type { Answer } from '../../../proof/gate/app/http.js'
import type { Target } from '../../../proof/gate/gate.js'
import { isPage } from '../../../reading/routes/is-page.js'
import { unlessRefused } from './lasting-target.js'
import type { TriedRoutes } from './try-routes.js'

/** What the policy of phase 7 refuses, each once. */
export function refused(pages: ReadonlyMap<string, string>): string[] {
  const found = new Map<string, string>()
  for (const [path, html] of pages)
    for (const why of refusedScripts(html)) if (!found.has(why)) found.set(why, path)
  return [...found].map(([why, path]) => `${path}: from phase 7 on no browser runs ${why}`)
}

/** What the day's requests show in a browser. */
export async function pagesAmong(
  { calls }: TriedRoutes,
  target: Pick<Target, 'ask'>,
): Promise<Map<string, string>> {
  const paths = [...new Set(calls.filter(({ method }) => method === 'GET').map(({ path }) => path))]
  const found = new Map<string, string>()
  for (const path of paths) {
    // What a deletion took away may be answered by nothing at all.
    const answer = await target.ask('GET', path, { headers: { accept: 'text/html' } }).catch(unlessRefused)
    if (!answer) continue
    const { headers, body, status } = answer
    if (status < 300 && isPage({ contentType: headers['content-type'], body })) found.set(path, body)
  }
  return found
}

/**
 * The page that a browser begins with: `/`, else the page that `/` redirects to, else the first one. Express
 * answers a redirect as HTML as well, which is not a page. Null: the app has none.
 * @param root the answer of `/`; null: there was none
 */
export function startPage(
  root: Pick<Answer, 'status' | 'headers' | 'body'> | null,
  pages: ReadonlyMap<string, string>,
): string | null {
  const [first = null] = pages.keys()
  if (!root) return first
  const { status, headers, body } = root
  if (status >= 200 && status < 300 && isPage({ contentType: headers['content-type'], body })) return '/'
  const place = String(headers.location ?? '')
  const leads = URL.canParse(place, 'http://app') ? new URL(place, 'http://app').pathname : '/'
  return status >= 300 && status < 400 && pages.has(leads) ? leads : first
}

/** Why scripts of a page will not run behind the policy that phase 7 puts on pages; empty: they will. */
export function refusedScripts(html: string): string[] {
  const hosts = new Set<string>()
  let [inline, handler] = [false, false]
  for (const [, attributes, text] of html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/gi)) {
    const source = /\ssrc\s*=\s*["']?([^"'\s>]+)/i.exec(attributes!)?.[1]
    const host = source && /^(?:https?:)?\/\//i.test(source) ? new URL(source, 'https://app').host : null
    if (host) hosts.add(host)
    // Without usertwo its nonce is empty.
    const isAllowed = /\snonce\s*=/i.test(attributes!)
    if (!source && !isAllowed && text!.trim() && !/type\s*=\s*["']?[\w/+-]*json/i.test(attributes!))
      inline = true
  }
  if (/<[a-z][^>]*\son[a-z]+\s*=\s*["']/i.test(html)) handler = true
  return [
    ...[...hosts].map(
      (host) => `a script of ${host}, which gates do not reach either: keep a copy of it in the app`,
    ),
    ...(inline
      ? ['a script within the page: give it the nonce of cspNonce(), or move it to a file of its own']
      : []),
    ...(handler ? ['an onclick="…" within the page: move it to a script'] : []),
  ]
}
