import type { Check, Evidence } from '../../../gate/check.js'
import type { Gate } from '../../../gate/gate.js'
import { postedLookups, sendLoginName, sendOwnForm } from '../../../gate/people/own-login.js'
import { credentials, type GateAccount } from '../../../gate/people/people.js'
import { type LoginAttempt, type LoginSeen, wrongLogin } from '../../../gate/people/wrong-password.js'
import { forLogins, keepsOwnLogin } from './app-login.js'
import innerApp from './mutants/inner-app.js'

export const loginAnswers: Check = {
  id: 'auth.own-login-answers',
  title:
    'The app’s own login answers an unknown user and a wrong password alike; other routes that look a user up, an unknown and a known one',
  proves: ['A6'],
  onlyWhere: keepsOwnLogin,
  fix: 'Answer both with one status and one text: a difference reveals which addresses have an account. A token for a reset is sent to the address, never in the answer.',
  run: forLogins(async (gate) => {
    const target = await gate.app()
    const { owner } = await gate.people()
    const form = gate.config.auth.login!
    const attempt: LoginAttempt = (as, account) => sendOwnForm(target, form, as, account)
    const meeting = { target, config: gate.config }
    const twice = async (email: () => string) => {
      const one = await wrongLogin(meeting, { email: email(), password: '' }, attempt)
      const again = await wrongLogin(meeting, { email: email(), password: '' }, attempt)
      return { answer: [one.answer, again.answer] as const, page: [one.page, again.page] as const }
    }
    const wrong = await twice(() => owner.email)
    const unknown = await twice(() => credentials(gate.config, UNKNOWN).email)
    const problems: Evidence[] = []
    for (const [part, what] of [
      ['answer', 'an unknown user is answered unlike a wrong password'],
      ['page', 'the page after the login of an unknown user is unlike that after a wrong password'],
    ] as const)
      if (wordsIn(wrong[part]) !== wordsIn(unknown[part]))
        problems.push({
          what,
          route: `POST ${form.post}`,
          expected: shown(wrong[part][0]),
          got: shown(unknown[part][0]),
        })
    const resets = await lookedUp(gate)
    return {
      exercised: 4 + resets.exercised,
      unit: 'logins',
      problems: [...problems, ...resets.problems],
    }
  }),
  mutants: [
    {
      name: 'an unknown user is named',
      names: 'an unknown user is answered unlike a wrong password',
      by: { replace: [innerApp.namesUnknown] },
    },
  ],
}

/** The beginning of the login name of a user who does not exist. */
const UNKNOWN = 'unknown'

/** Compares what the further routes that look a user up (`auth.lookups.routes`) answer to a known and an unknown name. */
async function lookedUp(gate: Gate): Promise<{ exercised: number; problems: Evidence[] }> {
  const { config } = gate
  const target = await gate.app()
  const { owner } = await gate.people()
  const unknown = credentials(config, UNKNOWN)
  const problems: Evidence[] = []
  const routes = postedLookups(config)
  for (const path of routes) {
    const attempt: LoginAttempt = (as, { email }) => sendLoginName({ target, config }, path, as, email)
    const seen = async ({ email }: Pick<GateAccount, 'email'>) => {
      const given = { email, password: '' }
      const first = await wrongLogin({ target, config }, given, attempt)
      const again = await wrongLogin({ target, config }, given, attempt)
      return [first.answer, again.answer] as const
    }
    const [known, none] = [await seen(owner), await seen(unknown)]
    if (wordsIn(known) !== wordsIn(none))
      problems.push({
        what: 'an unknown user is answered unlike one who has an account',
        route: `POST ${path}`,
        expected: shown(none[0]),
        got: shown(known[0]),
      })
  }
  return { exercised: 4 * routes.length, problems }
}

/** The words that two answers have in common: what is random in them differs. */
function wordsIn([first, second]: readonly [LoginSeen, LoginSeen]): string {
  return first
    .map((one, at) => {
      const others = new Set(second[at]!.match(WORD))
      return (one.match(WORD) ?? []).filter((word) => others.has(word)).join(' ')
    })
    .join('\n')
}
const WORD = /[\p{L}\p{N}]+/gu

const shown = (seen: LoginSeen) => seen.filter(Boolean).join(' ').slice(0, 200)
