import type { Check } from '../../gate/check.js'
import type { Visitor } from '../../gate/gate.js'
import {
  attemptsAtOnce,
  claimOwner,
  logIn,
  newAccount,
  newVisitor,
  Questions,
  setCookies,
} from './gate-login.js'
import accountFailures from './mutants/throttle/account-failures.js'
import knownDevices from './mutants/throttle/known-devices.js'
import limits from './mutants/throttle/limits.js'

const MOST = 5

export const loginThrottled: Check = {
  id: 'auth.login-throttled',
  title:
    'Guessing stops at the sixth attempt, per address and per account, and locks no user out of a known browser',
  proves: ['H6', 'A9'],
  ofUsertwosLogin: true,
  fix: 'Limits by address need TRUST_PROXY to say how many proxies are in front; those by account need the database.',
  async run(gate) {
    const target = await gate.app()
    const ask = new Questions(target)
    const { mount } = gate.config.auth
    const owner = await claimOwner(gate, target)

    const series = async (what: string, path: string, allowed: number, attempt: () => [Visitor, object]) => {
      const answers = await attemptsAtOnce(target, path, MOST + 3, attempt)
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

    const one = newVisitor()
    await series('logins from one address', `${mount}/login`, 401, () => [one, newAccount(gate, 'unknown')])
    await series('registrations from one address', `${mount}/register`, 403, () => [
      one,
      newAccount(gate, 'unknown'),
    ])
    const browser = await logIn(gate, target, owner)
    await series('logins on the owner from many addresses', `${mount}/login`, 401, () => [
      newVisitor(),
      { email: owner.email, password: newAccount(gate).password },
    ])
    const device = setCookies(browser.answer).find((line) => /^(__Host-)?usertwo-device=/.test(line))
    ask.holds(device !== undefined, { what: 'a login leaves no device cookie', route: `POST ${mount}/login` })
    await ask.expect('a browser that was logged in before is locked out', 200, 'POST', `${mount}/login`, {
      headers: { cookie: device?.split(';', 1)[0] ?? '' },
      body: owner,
    })
    const unknown = newAccount(gate, 'unknown')
    await series('logins on an unknown account from many addresses', `${mount}/login`, 401, () => [
      newVisitor(),
      unknown,
    ])
    return { exercised: ask.exercised, unit: 'facts', problems: ask.problems }
  },
  mutants: [
    {
      name: 'no browser is known again',
      names: 'a browser that was logged in before is locked out',
      by: { replace: [knownDevices.noneKnown] },
    },
    {
      name: 'attempts on an account are not counted',
      names: 'logins on the owner from many addresses',
      by: { replace: [accountFailures.uncounted] },
    },
    {
      name: 'attempts from an address are not counted',
      names: 'logins from one address',
      by: { replace: [limits.none] },
    },
  ],
}
