import { pagesIn } from '../../../src/config/config.js'
import { isHtml } from '../../../src/core/is-html.js'
import { type Answer, curl } from '../../gate/app/http.js'
import type { Check, Evidence } from '../../gate/check.js'
import securityHeaders from './mutants/answers/security-headers.js'
import { concrete } from './requests.js'

type Rule = [name: string, ok: (value: string | undefined, answer: Answer) => boolean, wanted: string]

const RULES: Rule[] = [
  ['x-powered-by', (value) => value === undefined, 'absent'],
  ['x-content-type-options', (value) => value === 'nosniff', 'nosniff'],
  ['referrer-policy', (value) => value !== undefined, 'a policy'],
  [
    'x-frame-options',
    (value, answer) => value !== undefined || namesFrames(answer),
    'SAMEORIGIN or DENY, or frame-ancestors in the policy',
  ],
  ['cross-origin-opener-policy', (value) => value === 'same-origin', 'same-origin'],
  ['strict-transport-security', (value) => value === undefined, 'absent over http'],
  ['x-request-id', (value) => /^[\da-f-]{36}$/.test(value ?? ''), 'an id of usertwo'],
]

/** Whether an enforced policy says who may frame the answer: browsers then ignore X-Frame-Options. */
const namesFrames = ({ headers }: Answer) =>
  [headers['content-security-policy'] ?? []]
    .flat()
    .some((policy) => /(?:^|[;,])\s*frame-ancestors(?:\s|[;,]|$)/i.test(policy))

/** Reports a page without a policy, reported or enforced, that forbids inline scripts. */
function policyProblem(answer: Answer): string | null {
  if (!isHtml(answer.headers['content-type'])) return null
  const policies = ['content-security-policy', 'content-security-policy-report-only'].flatMap((name) =>
    [answer.headers[name] ?? []].flat(),
  )
  if (policies.length === 0) return 'no policy'
  const loose = policies.find((policy) => /script-src[^;]*unsafe-inline/.test(policy))
  return loose ? `scripts inline: ${loose.slice(0, 120)}` : null
}

export const securityHeadersCheck: Check = {
  id: 'hardening.security-headers',
  title: 'Every answer carries the security headers, and none names the framework',
  proves: ['H5'],
  fix: 'See which header the evidence names; a proxy in front, or the app after the headers were sent, may change it.',
  async run(gate) {
    const target = await gate.app()
    const routes = (await gate.routes()).filter(({ method }) => method === 'GET')
    const paths = [
      ...new Set([
        ...routes.map(({ path }) => concrete(path)),
        ...pagesIn(gate.config).slice(0, 1),
        '/gate-absent',
      ]),
    ]
    const problems: Evidence[] = []
    let pages = 0
    // A name that is not the app's is refused in front of all layers.
    const asked = [...paths.map((path) => ({ path, host: '' })), { path: '/', host: 'another.example' }]
    for (const { path, host } of asked) {
      const answer = await target.ask('GET', path, {
        headers: { 'x-request-id': 'not-ours', 'x-forwarded-proto': 'https', ...(host && { host }) },
      })
      if (isHtml(answer.headers['content-type'])) pages++
      const say = (what: string, expected: string, got: string) =>
        problems.push({
          what: `${path}${host && ` for ${host}`}: ${what}`,
          route: `GET ${path}`,
          curl: curl(target.url, 'GET', path),
          expected,
          got,
        })
      for (const [name, ok, wanted] of RULES) {
        const value = answer.headers[name] === undefined ? undefined : String(answer.headers[name])
        if (!ok(value, answer)) say(name, wanted, value ?? 'absent')
      }
      const policy = policyProblem(answer)
      if (policy) say('content-security-policy', "a policy without 'unsafe-inline' for scripts", policy)
    }
    return {
      exercised: asked.length,
      unit: 'answers',
      problems,
      notes: [`${pages} of them pages with a content security policy`],
    }
  },
  mutants: [
    {
      name: 'X-Powered-By stays',
      names: 'x-powered-by',
      by: { replace: [securityHeaders.poweredBy] },
    },
    {
      name: 'scripts may be inline',
      names: 'scripts inline',
      by: { replace: [securityHeaders.inlineScripts] },
    },
  ],
}
