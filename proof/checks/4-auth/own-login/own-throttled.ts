import type { Answer } from '../../../gate/app/http.js'
import type { Check, Evidence } from '../../../gate/check.js'
import type { Visitor } from '../../../gate/gate.js'
import { sendOwnForm } from '../../../gate/people/own-login.js'
import { credentials } from '../../../gate/people/people.js'
import { inItsTurn, newVisitor } from '../gate-login.js'
import accountFailures from '../mutants/throttle/account-failures.js'
import knownDevices from '../mutants/throttle/known-devices.js'
import limits from '../mutants/throttle/limits.js'
import { forLogins, keepsOwnLogin, logInToApp, notApplicable } from './app-login.js'
import outcome from './mutants/outcome.js'

/** Wrong passwords that an account, and an address, is free to send. */
const MOST = 5

export const ownThrottled: Check = {
  id: 'auth.own-login-throttled',
  title:
    'Guessing at the app’s own login stops at the sixth attempt, per address and per account; right passwords are never limited',
  proves: ['H6', 'A9'],
  onlyWhere: keepsOwnLogin,
  fix: 'The name must be in req.body when the route is reached: put the body parser in front of it with app.use(). If right passwords are limited, auth.user does not name the user after the login: set auth.login.throttle to false, and limit the route in the app.',
  run: forLogins(async (gate) => {
    const form = gate.config.auth.login!
    if (!form.throttle)
      return notApplicable('the app limits wrong passwords itself (auth.login.throttle: false)')
    const target = await gate.app()
    const { owner, other } = await gate.people()
    const route = `POST ${form.post}`
    const problems: Evidence[] = []
    let exercised = 0

    const tryAll = async (count: number, attempt: (n: number) => [Visitor, string, string]) => {
      exercised += count
      return Promise.all(
        Array.from({ length: count }, (_, n) => {
          const [as, email, password] = attempt(n)
          return inItsTurn(() => sendOwnForm(target, form, as, { email, password }))
        }),
      )
    }
    const limits = (what: string, answers: readonly Answer[]) => {
      const limited = answers.filter(isLimited)
      if (limited.length >= answers.length - MOST) return
      problems.push({
        what: `${what}: the limit does not hold`,
        route,
        expected: `429 from attempt ${MOST + 1} on`,
        got: answers.map(({ status }) => status).join(' '),
      })
    }

    const right = await tryAll(MOST + 2, () => [newVisitor(), owner.email, owner.password])
    if (right.some(isLimited))
      problems.push({
        what: 'right passwords are limited',
        route,
        got: right.map(({ status }) => status).join(' '),
      })
    const known = await logInToApp(gate, target, other)
    const one = newVisitor()
    const unknown = (n: number) => credentials(gate.config, `unknown${n}`)
    limits(
      'logins from one address',
      await tryAll(MOST + 3, (n) => [one, unknown(n).email, unknown(n).password]),
    )
    limits(
      'logins at one account from many addresses',
      await tryAll(MOST + 3, (n) => [newVisitor(), other.email, unknown(n).password]),
    )
    const device = known.cookie.split('; ').find((pair) => /^(__Host-)?usertwo-device=/.test(pair))
    if (device) {
      exercised++
      const { answer } = await logInToApp(gate, target, other, { cookie: device })
      if (isLimited(answer))
        problems.push({ what: 'a browser that was logged in before is locked out', route, got: '429' })
    }
    return { exercised, unit: 'logins', problems }
  }),
  mutants: ({ auth }) => [
    {
      name: 'attempts at an account are not counted',
      names: 'logins at one account from many addresses',
      by: { replace: [accountFailures.uncounted] },
    },
    {
      name: 'attempts from an address are not counted',
      names: 'logins from one address',
      by: { replace: [limits.none] },
    },
    {
      name: 'a right password counts as wrong',
      names: 'right passwords are limited',
      by: { replace: [outcome.alwaysWrong] },
    },
    // Where `auth.user` answers later, the head of the answer has been sent by then, without a device cookie.
    ...(auth.user?.constructor.name === 'AsyncFunction'
      ? []
      : [
          {
            name: 'no browser is known again',
            names: 'a browser that was logged in before is locked out',
            by: { replace: [knownDevices.noneKnown] },
          },
        ]),
  ],
}

const isLimited = ({ status, json }: Answer) =>
  status === 429 && (json as { code?: string } | undefined)?.code === 'rate_limited'
