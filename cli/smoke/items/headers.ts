import type { Item, ItemFacts } from '../item.js'
import type { SiteAnswer } from '../site.js'

const text = ({ headers }: SiteAnswer, name: string) => [headers[name] ?? []].flat().join(', ')

export const headers: Item = {
  id: 'smoke.headers',
  title: 'Answers carry the security headers, and HSTS over https alone',
  proves: ['H5'],
  fix: 'A proxy in front may take headers away, or add its own; over https TRUST_PROXY says how many proxies there are.',
  async run({ site, mode, mount }, facts) {
    const api = await site.ask('GET', `${mount}/me`)
    facts.expect(api, 401, '/me answers an anonymous request')
    facts.holds(/no-store/.test(text(api, 'cache-control')), {
      what: 'an answer of the auth API may be stored',
      route: api.route,
      expected: 'Cache-Control: no-store',
      got: text(api, 'cache-control') || 'none',
    })
    const hasPages = !(mode.dial < 5)
    const page = hasPages ? await site.ask('GET', `${mode.pages}/login`, { page: true }) : null
    for (const heard of page ? [api, page] : [api]) common(heard, site.isHttps, facts)
    if (!page) return
    facts.expect(page, 200, 'the login page does not open')
    const policy = text(page, 'content-security-policy')
    facts.holds(/(?:default|script)-src/.test(policy) && !/script-src[^;]*'unsafe-inline'/.test(policy), {
      what: 'the policy of the login page lets any script run',
      route: page.route,
      expected: "Content-Security-Policy without 'unsafe-inline' for scripts",
      got: policy || 'none',
    })
    facts.holds(/frame-ancestors/.test(policy) || text(page, 'x-frame-options') !== '', {
      what: 'other sites may frame the login page',
      route: page.route,
      expected: 'frame-ancestors or X-Frame-Options',
      got: 'neither',
    })
    facts.saw(site.isHttps ? 'HSTS is sent' : 'no HSTS over plain http')
  },
}

function common(heard: SiteAnswer, isHttps: boolean, facts: ItemFacts): void {
  const { route } = heard
  facts.holds(text(heard, 'x-content-type-options') === 'nosniff', {
    what: 'browsers may guess what an answer is',
    route,
    expected: 'X-Content-Type-Options: nosniff',
    got: text(heard, 'x-content-type-options') || 'none',
  })
  facts.holds(text(heard, 'x-powered-by') === '', {
    what: 'an answer says what it was made with',
    route,
    expected: 'no X-Powered-By',
    got: text(heard, 'x-powered-by'),
  })
  facts.holds((text(heard, 'strict-transport-security') !== '') === isHttps, {
    what: isHttps ? 'https is not said to stay (HSTS)' : 'HSTS is sent over plain http',
    route,
    expected: isHttps ? 'Strict-Transport-Security' : 'no Strict-Transport-Security',
    got: text(heard, 'strict-transport-security') || 'none',
  })
}
