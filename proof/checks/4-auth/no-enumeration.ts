import type { Answer } from '../../gate/app/http.js'
import type { Check } from '../../gate/check.js'
import { claimOwner, newAccount, newVisitor, Questions } from './gate-login.js'
import passwords from './mutants/passwords/passwords.js'
import login from './mutants/sessions/login.js'

const ROUNDS = 4

export const noEnumeration: Check = {
  id: 'auth.no-enumeration',
  title: 'A failed login reveals by neither answer nor time whether the account exists',
  proves: ['A2', 'A6'],
  ofUsertwosLogin: true,
  fix: 'An unknown e-mail address must cost a password hash and get exactly the answer of a wrong password.',
  async run(gate) {
    // With any algorithm an unknown address costs a hash. Only the time of a bcrypt hash is long enough to
    // measure.
    const target = await gate.app({ env: { PASSWORD_HASH: 'bcrypt' } })
    const ask = new Questions(target)
    const path = `${gate.config.auth.mount}/login`
    const owner = await claimOwner(gate, target)
    const asked = (email: string) =>
      target.ask('POST', path, { as: newVisitor(), body: { email, password: newAccount(gate).password } })

    await asked(newAccount(gate, 'first').email) // the hashing thread starts with the first
    const known: Answer[] = []
    const unknown: Answer[] = []
    for (let round = 0; round < ROUNDS; round++) {
      known.push(await asked(owner.email))
      unknown.push(await asked(newAccount(gate, 'unknown').email))
    }
    const [wrong, missing] = [known[0]!, unknown[0]!]
    const look = ({ status, body, headers }: Answer) => {
      const names = Object.keys(headers).filter((name) => name !== 'date')
      return `${status} ${body} ${names.join(', ')}`
    }
    ask.exercised += known.length + unknown.length - 2
    ask.holds(wrong.status === 401, { what: 'a wrong password was not refused', got: String(wrong.status) })
    ask.holds(look(wrong) === look(missing), {
      what: 'an unknown e-mail address is answered unlike a wrong password',
      route: `POST ${path}`,
      expected: look(wrong),
      got: look(missing),
    })
    const [slow, fast] = [median(known), median(unknown)]
    ask.holds(fast > slow / 3 && slow > fast / 3, {
      what: 'the time of the answer reveals whether the account exists',
      route: `POST ${path}`,
      expected: `about ${Math.round(slow)} ms`,
      got: `${Math.round(fast)} ms`,
    })
    return { exercised: ask.exercised, unit: 'logins', problems: ask.problems }
  },
  mutants: [
    {
      name: 'an unknown address is named',
      names: 'an unknown e-mail address is answered unlike',
      by: { replace: [login.talkative] },
    },
    {
      name: 'an unknown address costs no hash',
      names: 'the time of the answer reveals',
      by: { replace: [passwords.unknownFree] },
    },
  ],
}

function median(answers: Answer[]): number {
  const times = answers.map((answer) => answer.ms).sort((a, b) => a - b)
  return times[Math.floor(times.length / 2)]!
}
