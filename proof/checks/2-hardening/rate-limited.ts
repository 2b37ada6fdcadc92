import { pagesIn } from '../../../src/config/config.js'
import { patternsOf, speaksOf } from '../../../src/express/pattern.js'
import { curl } from '../../gate/app/http.js'
import type { Check, Evidence } from '../../gate/check.js'
import type { Target, Visitor } from '../../gate/gate.js'
import clientAddress from './mutants/requests/client-address.js'
import rateLimit from './mutants/requests/rate-limit.js'

/** The number of requests per minute from one address; see the rate-limit layer. */
const LIMIT = 300
const AT_ONCE = 20

/** Returns how many of `count` requests were answered before the limit, and how many were refused by it. */
async function burst(
  target: Target,
  path: string,
  as: Visitor,
  count: number,
  header: (i: number) => string,
): Promise<{ served: number; refused: number; retryAfter: boolean }> {
  const seen = { served: 0, refused: 0, retryAfter: true }
  for (let from = 0; from < count; from += AT_ONCE)
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, i) => {
        const answer = await target.ask('GET', path, { as, headers: { 'x-forwarded-for': header(from + i) } })
        if (answer.status !== 429) seen.served++
        else {
          seen.refused++
          if (!(Number(answer.headers['retry-after']) > 0)) seen.retryAfter = false
        }
      }),
    )
  return seen
}

const visitor = (last: number): Visitor => ({ name: 'visitor', address: `127.0.26.${last}`, headers: {} })

export const rateLimited: Check = {
  id: 'hardening.rate-limited',
  title: `Public routes answer each client address ${LIMIT} times a minute, and forged addresses do not help`,
  proves: ['H6'],
  fix: 'Set TRUST_PROXY to the number of proxies in front of the app, and list the public routes under routes.public.',
  timeout: 120_000,
  async run(gate) {
    const { config } = gate
    const open = patternsOf(config, 'routes.public')
      .filter((one) => speaksOf(one, 'GET'))
      .map(({ path }) => path)
    // An app without public routes still has the login pages.
    const [path] = [...open, ...pagesIn(config), `${config.auth.pages}/login`] as [string]
    const problems: Evidence[] = []
    const judge = (
      target: Target,
      how: string,
      { served, refused, retryAfter }: Awaited<ReturnType<typeof burst>>,
    ) => {
      if (served > LIMIT || refused === 0)
        problems.push({
          what: `${how}: ${path} was served ${served} times`,
          curl: curl(target.url, 'GET', path),
          expected: `at most ${LIMIT}`,
          got: `${served}`,
        })
      if (!retryAfter) problems.push({ what: `${how}: 429 without Retry-After` })
    }
    const count = LIMIT + 40
    const direct = await gate.app()
    judge(
      direct,
      'addresses invented without a proxy',
      await burst(direct, path, visitor(1), count, (i) => `10.1.${i % 250}.1`),
    )
    const other = await direct.ask('GET', path, { as: visitor(2) })
    if (other.status === 429)
      problems.push({ what: 'another address shares the budget of the first', got: '429' })

    const behind = await gate.app({ env: { TRUST_PROXY: '1' } })
    judge(
      behind,
      "addresses invented left of the proxy's entry",
      await burst(behind, path, visitor(3), count, (i) => `10.1.${i % 250}.1, 10.2.0.1`),
    )
    const neighbour = await behind.ask('GET', path, {
      as: visitor(3),
      headers: { 'x-forwarded-for': '10.2.0.2' },
    })
    if (neighbour.status === 429)
      problems.push({ what: 'two clients behind one proxy share a budget', got: '429' })
    return { exercised: 2 * count + 2, unit: 'requests', problems }
  },
  mutants: [
    {
      name: 'the limit is off',
      names: /was served \d+ times/,
      by: { replace: [rateLimit.off] },
    },
    {
      name: 'the leftmost forwarded address is believed',
      names: "addresses invented left of the proxy's entry",
      by: { replace: [clientAddress.leftmost] },
    },
    {
      name: 'forwarded addresses are believed without a proxy',
      names: 'addresses invented without a proxy',
      by: { replace: [clientAddress.withoutProxy] },
    },
  ],
}
