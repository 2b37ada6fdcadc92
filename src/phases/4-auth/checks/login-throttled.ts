import type { Check } from '../../../tools/gate/check.js'
import type { Visitor } from '../../../tools/gate/gate.js'
import { claim, newAccount, Questions, somebody } from './gate-login.js'
import uncounted from './mutants/failures.uncounted.js'
import noLimits from './mutants/limits.none.js'

const MOST = 5

export const loginThrottled: Check = {
  id: 'auth.login-throttled',
  title: 'Guessing is stopped at the sixth attempt a minute: by address, and by account from many addresses',
  proves: ['H6', 'A9'],
  fix: 'Limits by address need TRUST_PROXY to say how many proxies stand in front; those by account need the database.',
  async run(gate) {
    const target = await gate.app()
    const ask = new Questions(target)
    const { mount } = gate.config.auth
    const owner = await claim(gate, target)

    const series = async (
      what: string,
      path: string,
      allowed: number,
      attempt: (n: number) => [Visitor, object],
    ) => {
      const answers = await Promise.all(
        Array.from({ length: MOST + 3 }, (_, n) => {
          const [as, body] = attempt(n)
          return target.ask('POST', path, { as, body })
        }),
      )
      const let_through = answers.filter((answer) => answer.status === allowed).length
      const limited = answers.filter((answer) => answer.status === 429)
      ask.holds(let_through === MOST && limited.length === 3, {
        what: `${what}: the limit does not hold`,
        route: `POST ${path}`,
        expected: `${MOST} times ${allowed}, then 429`,
        got: answers.map((answer) => answer.status).join(' '),
      })
      for (const { headers, json } of limited)
        ask.holds(
          /^\d+$/.test(String(headers['retry-after'])) && (json as { code?: string }).code === 'rate_limited',
          {
            what: `${what}: 429 does not say rate_limited and how long to wait`,
            route: `POST ${path}`,
          },
        )
    }

    const one = somebody()
    await series('logins from one address', `${mount}/login`, 401, () => [one, newAccount('nobody')])
    await series('registrations from one address', `${mount}/register`, 403, () => [
      one,
      newAccount('nobody'),
    ])
    await series('logins on the owner from many addresses', `${mount}/login`, 401, () => [
      somebody(),
      { email: owner.email, password: newAccount().password },
    ])
    const nobody = newAccount('nobody')
    await series('logins on nobody from many addresses', `${mount}/login`, 401, () => [somebody(), nobody])
    return { exercised: ask.exercised, unit: 'facts', problems: ask.problems }
  },
  mutants: [
    {
      name: 'attempts on an account are not counted',
      names: 'logins on the owner from many addresses',
      by: { replace: [uncounted] },
    },
    {
      name: 'attempts from an address are not counted',
      names: 'logins from one address',
      by: { replace: [noLimits] },
    },
  ],
}
