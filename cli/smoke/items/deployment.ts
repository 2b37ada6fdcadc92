import { comparePublicAddress } from '../../public-address.js'
import { figuresOf } from '../figures.js'
import { gotOf, type Item, type ItemFacts, NotExercised } from '../item.js'
import type { SiteAnswer } from '../site.js'
import type { Smoke } from '../smoke.js'

/** How often an address is asked, so that each of a few processes behind it answers at least once. */
const TIMES = 9
/** A login costs the server a password hash. */
const LOGINS = 4

export const ready: Item = {
  id: 'smoke.ready',
  title: 'The deployment serves, and says at which dial and with which tokens',
  proves: ['R1', 'R3'],
  fix: 'Look at its log; usertwo doctor URL says what is wrong.',
  async run({ site, config, mode }, facts) {
    const heard = await site.ask('GET', '/ready')
    const said = (heard.json ?? {}) as { ready?: unknown; dial?: unknown; why?: unknown }
    // An app that has a route of that name keeps it.
    if (typeof said.dial === 'number') {
      facts.expect(heard, 200, 'it is not ready')
      facts.saw(`dial ${said.dial}${said.why ? `: ${said.why}` : ''}`)
      await oneDial(site, heard, facts)
    }
    facts.expect(
      await site.ask('GET', config.app.health),
      [200, 204],
      'the address for the platform is not open',
    )
    facts.saw(
      `TOKEN_STYLE=${mode.style}${mode.refresh ? `, the refresh token in the ${mode.refresh === 'body' ? 'answer' : 'cookie'}` : ''}`,
      `registration ${mode.registration}`,
    )
  },
}

/** While replicas are replaced two dials serve; afterwards one of them is a process that was forgotten. */
async function oneDial(site: Smoke['site'], first: SiteAnswer, facts: ItemFacts): Promise<void> {
  const dials = new Set<number>()
  for (const heard of [first, ...(await asked(TIMES - 1, () => site.ask('GET', '/ready')))]) {
    facts.expect(heard, 200, 'one of several processes is not ready')
    const { dial } = (heard.json ?? {}) as { dial?: number }
    if (dial !== undefined) dials.add(dial)
  }
  facts.holds(dials.size === 1, {
    what: 'the processes behind this address serve at different dials',
    route: first.route,
    expected: 'one USERTWO_PHASE for all',
    got: [...dials].sort().join(' and '),
  })
}

export const replicas: Item = {
  id: 'smoke.replicas',
  title: 'Every process behind the address knows the same users and takes the same tokens',
  proves: ['R3', 'A3'],
  fix: 'Give every process the same DATABASE_URL and JWT_SECRET, and restart those that still have the former.',
  async run({ site, people, mount }, facts) {
    const body = people.credentials(people.a)
    const logins = await asked(LOGINS, () => site.ask('POST', `${mount}/login`, { body }))
    const known = logins.filter(({ status }) => status === 200)
    const differing = logins.find(({ status }) => status !== 200)
    facts.holds(known.length > 0, { what: 'a user who has registered cannot log in', got: gotOf(logins[0]!) })
    if (!known.length) return
    facts.holds(differing === undefined, {
      what: 'a login is known in some answers and unknown in others: the processes do not share one database',
      route: logins[0]!.route,
      expected: 'one DATABASE_URL for all',
      got: differing && gotOf(differing),
    })
    const { access_token: token } = known[0]!.json as { access_token: string }
    const answers = await asked(TIMES, () => site.ask('GET', `${mount}/me`, { token }))
    const refused = answers.filter(({ status }) => status === 401).length
    facts.holds(refused === 0 || differing !== undefined, {
      what: 'a token is accepted in some answers and refused in others: the processes do not share one JWT_SECRET',
      route: answers[0]!.route,
      expected: 'one JWT_SECRET for all',
      got: `401 in ${refused} of ${TIMES} answers`,
    })
    facts.saw(`${LOGINS} logins, and one token ${TIMES} times`)
  },
}

async function asked<T>(times: number, ask: () => Promise<T>): Promise<T[]> {
  const answers: T[] = []
  while (answers.length < times) answers.push(await ask())
  return answers
}

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

export const publicAddress: Item = {
  id: 'smoke.public-address',
  title: 'The deployment takes its own pages for its own, and its configured address is where it is',
  proves: ['R3', 'H3'],
  fix: 'PUBLIC_URL and CORS_ORIGINS name the address people use; TRUST_PROXY is the number of proxies in front, which pass the Host header on.',
  async run({ site, config, people, mount }, facts) {
    // As a page says where it is from in a browser that sends no Sec-Fetch-Site.
    const headers = { origin: site.origin }
    const heard = await site.ask('POST', `${mount}/login`, { headers, body: people.credentials(people.a) })
    facts.expect(heard, 200, `a login from a page of ${site.origin} itself is refused`)
    facts.saw(`a page of ${site.origin} logs in`)
    for (const { state, found, fix } of comparePublicAddress(process.env, config.prefix, site.origin)) {
      facts.holds(state !== 'wrong', { what: found, ...(fix && { expected: fix }) })
      if (state !== 'wrong') facts.saw(fix ? `${found} (${fix})` : found)
    }
  },
}

/** Who asked through a proxy is not on this machine. */
const FROM_OUTSIDE = { 'x-forwarded-for': '203.0.113.7', via: '1.1 smoke' }

export const metrics: Item = {
  id: 'smoke.metrics',
  title: 'The figures of logins, refreshes and revocations have moved',
  proves: ['R4'],
  fix: 'Each process counts for itself: of several behind one address ask each; METRICS switches them on.',
  async run(smoke, facts) {
    const { site, options, figures: before, mode } = smoke
    if (before === null)
      throw new NotExercised(
        options.variable('METRICS_TOKEN') === undefined && !site.isLoopback
          ? 'METRICS_TOKEN is not set here'
          : '/metrics has no figures of logins: METRICS is off, or they are served elsewhere',
      )
    const after = (await figuresOf(smoke)) ?? {}
    const names = [
      'auth_login_success_total',
      'auth_login_fail_total',
      ...(mode.style === 'refresh' ? ['auth_refresh_rotations_total'] : []),
      'auth_revocations_total',
    ]
    for (const name of names) {
      const moved = (after[name] ?? 0) - (before[name] ?? 0)
      facts.holds(moved > 0, {
        what: `${name} stands still`,
        route: 'GET /metrics',
        expected: 'more',
        got: `${after[name]}`,
      })
      facts.saw(`${name} +${moved}`)
    }
  },
}

export const closedMetricsItem: Item = {
  id: 'smoke.metrics-closed',
  title: 'The figures are not public',
  proves: ['R4'],
  fix: 'Set METRICS_TOKEN; an app’s own /metrics belongs to routes.ops.',
  async run({ site, mode }, facts) {
    if (mode.dial < 6)
      throw new NotExercised(`at dial ${mode.dial} the app’s own routes are as open as they were`)
    const heard = await site.ask('GET', '/metrics', { headers: FROM_OUTSIDE })
    facts.expect(heard, [401, 403, 404], 'anybody reads the figures')
    facts.saw(`without METRICS_TOKEN ${heard.status}`)
  },
}
