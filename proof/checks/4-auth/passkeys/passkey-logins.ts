import { isDeployedWith } from '../../../gate/app/app-environment.js'
import type { Answer } from '../../../gate/app/http.js'
import type { Check, Mutant } from '../../../gate/check.js'
import type { Gate, Target } from '../../../gate/gate.js'
import { bearer, claimOwner, logIn, newVisitor, Questions, setCookies } from '../gate-login.js'
import challenges from '../mutants/passkeys/challenges.js'
import expectedAnswer from '../mutants/passkeys/expected-answer.js'
import passkeyRows from '../mutants/passkeys/passkey-rows.js'
import relyingParty from '../mutants/passkeys/relying-party.js'
import {
  type CreationAsked,
  makePasskey,
  type OddAnswer,
  type RequestAsked,
  type SoftwarePasskey,
  usePasskey,
} from './software-passkey.js'

const ORIGIN = 'https://app.example.com'

const FOREIGN = 'a page of another origin logs in'
const OTHER = 'a passkey of another domain logs in'
const UNVERIFIED = 'a passkey logs in without user verification'
const BACK = 'a passkey whose counter went back logs in'
const SECOND = 'a challenge counts again once it was answered'
const TWICE = 'of two answers to one challenge at once, both log in'
const ELSEWHERE = 'a browser answers a challenge that another one asked for'
const REMOVED = 'a passkey that was removed logs in'

const mutants: [Mutant, ...Mutant[]] = [
  { name: 'the origin is not compared', names: FOREIGN, by: { replace: [relyingParty.anyOrigin] } },
  { name: 'another domain counts too', names: OTHER, by: { replace: [expectedAnswer.otherDomain] } },
  {
    name: 'user verification is not required',
    names: UNVERIFIED,
    by: { replace: [expectedAnswer.unverified] },
  },
  { name: 'counters are not compared', names: BACK, by: { replace: [passkeyRows.uncounted] } },
  { name: 'a challenge is not used up', names: SECOND, by: { replace: [challenges.kept] } },
  {
    name: 'a challenge is looked up, and deleted afterwards',
    names: TWICE,
    by: { replace: [challenges.looked] },
  },
  {
    name: 'a challenge belongs to no browser',
    names: ELSEWHERE,
    by: { replace: [challenges.anyBrowser] },
  },
  { name: 'a removed passkey stays', names: REMOVED, by: { replace: [passkeyRows.kept] } },
]

export const passkeyLogins: Check = {
  id: 'auth.passkeys',
  title: 'A passkey logs in on the app’s own pages, after user verification and once a challenge',
  proves: ['A11'],
  ofUsertwosLogin: true,
  onlyWhere: (config) => isDeployedWith(config, 'AUTH_ENABLE_PASSKEYS'),
  fix: 'Nothing of the app may answer in place of the auth API; AUTH_ENABLE_PASSKEYS needs the package @simplewebauthn/server (docs/how-to/passkeys.md).',
  async run(gate) {
    const target = await gate.app({ env: { PUBLIC_URL: ORIGIN } })
    const ask = new Questions(target)
    const owner = await claimOwner(gate, target)
    const { token } = await logIn(gate, target, owner)
    const device = deviceOf(gate, target, ask)
    const { passkey, id } = await device.add(token)
    // Its counter would refuse the second of two answers.
    const { passkey: uncounted } = await device.add(token, { counter: 0 })
    await usedOnce(gate, ask, device, uncounted)
    await device.expect('a passkey is refused', 200, await device.begin(), passkey)
    for (const [what, said] of [
      [FOREIGN, { origin: 'https://app.example.com.evil.example' }],
      [OTHER, { rpId: 'other.example.com' }],
      [UNVERIFIED, { isVerified: false }],
      [BACK, { counter: passkey.counter - 1 }],
    ] as const)
      await device.expect(what, 401, await device.begin(), passkey, { counter: passkey.counter + 1, ...said })
    await device.expect('a passkey is refused', 200, await device.begin(), passkey, {
      counter: passkey.counter + 9,
    })
    const path = `${gate.config.auth.mount}/webauthn/credentials/${id}`
    await ask.expect('a passkey cannot be removed', 204, 'DELETE', path, { headers: bearer(gate, token) })
    await device.expect(REMOVED, 401, await device.begin(), passkey, { counter: passkey.counter + 9 })
    return { exercised: ask.exercised, unit: 'facts', problems: ask.problems }
  },
  mutants,
}

/** A challenge, and the cookie of the browser that asked for it. */
interface Begun {
  asked: RequestAsked
  cookie: string
}

interface PasskeyDevice {
  /** Adds a passkey for the user of a token. */
  add(token: string, said?: OddAnswer): Promise<{ passkey: SoftwarePasskey; id: string }>
  begin(): Promise<Begun>
  answer(begun: Begun, passkey: SoftwarePasskey, said?: OddAnswer): Promise<Answer>
  /** The same, and what the answer's status is to be. */
  expect(
    what: string,
    status: number,
    begun: Begun,
    passkey: SoftwarePasskey,
    said?: OddAnswer,
  ): Promise<Answer>
}

function deviceOf(gate: Gate, target: Target, ask: Questions): PasskeyDevice {
  const path = (name: string) => `${gate.config.auth.mount}/webauthn/${name}`
  const cookieIn = (answer: Answer) =>
    setCookies(answer)
      .map((line) => line.split(';', 1)[0]!)
      .find((pair) => /usertwo-passkey=/.test(pair)) ?? ''
  const device: PasskeyDevice = {
    async add(token, said) {
      const options = path('register/options')
      const begun = await ask.expect('no passkey can be added', 200, 'POST', options, {
        headers: bearer(gate, token),
        body: {},
      })
      const { passkey, credential } = makePasskey(begun.json as CreationAsked, ORIGIN, said)
      const made = await ask.expect('a passkey is not added', 201, 'POST', path('register/verify'), {
        headers: { ...bearer(gate, token), cookie: cookieIn(begun) },
        body: { credential, name: 'of the gate' },
      })
      return { passkey, id: (made.json as { id?: string } | undefined)?.id ?? '' }
    },
    async begin() {
      const options = path('authenticate/options')
      const answer = await ask.expect('no challenge is made', 200, 'POST', options, { body: {} })
      return { asked: answer.json as RequestAsked, cookie: cookieIn(answer) }
    },
    answer: ({ asked, cookie }, passkey, said) =>
      target.ask('POST', path('authenticate/verify'), {
        as: newVisitor(),
        headers: { cookie },
        body: { credential: usePasskey(passkey, asked, ORIGIN, said) },
      }),
    async expect(what, status, begun, passkey, said) {
      const answer = await device.answer(begun, passkey, said)
      ask.holds(answer.status === status, {
        what,
        route: `POST ${path('authenticate/verify')}`,
        expected: String(status),
        got: String(answer.status),
      })
      return answer
    },
  }
  return device
}

/**
 * A challenge is answered once: in turn, at the same time, and by the browser that asked for it.
 * @param passkey one that counts nothing
 */
async function usedOnce(
  gate: Gate,
  ask: Questions,
  device: PasskeyDevice,
  passkey: SoftwarePasskey,
): Promise<void> {
  const begun = await device.begin()
  const said = { counter: 0 }
  const { json } = await device.expect('a passkey is refused', 200, begun, passkey, said)
  const token = (json as { access_token?: string } | undefined)?.access_token ?? ''
  const { mount } = gate.config.auth
  await ask.expect('a passkey gives no login', 200, 'GET', `${mount}/me`, { headers: bearer(gate, token) })
  await device.expect(SECOND, 401, begun, passkey, said)

  const elsewhere = await device.begin()
  const { cookie } = await device.begin()
  await device.expect(ELSEWHERE, 401, { ...elsewhere, cookie }, passkey, said)

  const both = await device.begin()
  const answers = await Promise.all([0, 1].map(() => device.answer(both, passkey, said)))
  const logins = answers.filter(({ status }) => status === 200).length
  ask.holds(logins === 1, {
    what: TWICE,
    route: `POST ${mount}/webauthn/authenticate/verify`,
    expected: 'one login',
    got: `${logins} logins`,
  })
}
