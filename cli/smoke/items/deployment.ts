import { gotOf, type Item, type ItemFacts } from '../item.js'
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
