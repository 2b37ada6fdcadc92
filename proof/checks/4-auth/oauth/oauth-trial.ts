import type { Answer } from '../../../gate/app/http.js'
import type { Gate, Target } from '../../../gate/gate.js'
import { newVisitor, Questions, setCookies } from '../gate-login.js'
import providers from '../mutants/oauth/providers.js'
import { type OddProvider, type ProviderUser, type SmallProvider, smallProvider } from './small-provider.js'

const ORIGIN = 'https://app.example.com'

/** A browser that a provider has sent back. */
interface Come {
  /** of the callback, with its query */
  path: string
  /** of the browser that began the login */
  cookie: string
}

interface How {
  call?: 'connect' | 'link'
  headers?: Record<string, string>
  user?: ProviderUser
  odd?: OddProvider
}

/** The app with a provider of the gate's own. */
export interface OauthTrial {
  target: Target
  ask: Questions
  provider: SmallProvider
  /** Begins a login, and logs in at the provider. */
  come(how?: How): Promise<Come>
  /** Sends the callback. */
  back(come: Come): Promise<Answer>
  /** The same, and what its status is to be. */
  expect(what: string, status: number, come: Come): Promise<Answer>
  /** The login cookie of an answer, as a pair. */
  loginIn(answer: Answer): string
  close(): Promise<void>
}

/** Starts the app with a provider that the gate serves, under two names. */
export async function oauthTrial(gate: Gate): Promise<OauthTrial> {
  const { mount } = gate.config.auth
  const callback = (name: string) => `${ORIGIN}${mount}/oauth/${name}/callback`
  const provider = await smallProvider([callback('gate'), callback('other')], 'the gate')
  try {
    return trialOf(mount, provider, await started(gate, provider))
  } catch (error) {
    await provider.close()
    throw error
  }
}

function started(gate: Gate, { issuer, clientId, clientSecret }: SmallProvider): Promise<Target> {
  const shared = { kind: 'oidc', issuer, scope: 'openid email', clientAuth: null, clientId, clientSecret }
  const given = ['gate', 'other'].map((name) => ({ name, label: name, ...shared }))
  const env = {
    AUTH_ENABLE_OAUTH: 'true',
    PUBLIC_URL: ORIGIN,
    GATE_OAUTH_PROVIDERS: JSON.stringify(given),
  }
  // Its ID tokens say what time it is.
  return gate.app({ env, replace: [providers.ofGate], reaches: [issuer], realTime: true })
}

const cookieIn = (answer: Answer, name: RegExp) =>
  setCookies(answer)
    .map((line) => line.split(';', 1)[0]!)
    .find((pair) => name.test(pair)) ?? ''

function trialOf(mount: string, provider: SmallProvider, target: Target): OauthTrial {
  const ask = new Questions(target)
  const self: OauthTrial = {
    target,
    ask,
    provider,
    async come({ call = 'connect', headers = {}, user = { sub: 'ann' }, odd = {} } = {}) {
      const path = `${mount}/oauth/gate/${call}`
      const begun = await ask.expect('a login by a provider does not begin', 200, 'POST', path, {
        headers,
        body: {},
      })
      const { url = '' } = (begun.json ?? {}) as { url?: string }
      Object.assign(provider, { user, odd })
      const back = url === '' ? '' : await provider.visit(url)
      ask.holds(back !== '', {
        what: 'the provider refuses what the app sends to it',
        route: `POST ${path}`,
      })
      return { path: back.replace(ORIGIN, ''), cookie: cookieIn(begun, /^[\w-]*usertwo-oauth=/) }
    },
    back: ({ path, cookie }) =>
      target.ask('GET', path || `${mount}/oauth/gate/callback`, { as: newVisitor(), headers: { cookie } }),
    async expect(what, status, come) {
      const answer = await self.back(come)
      const [route] = come.path.split('?', 1)
      const got = String(answer.status)
      ask.holds(answer.status === status, { what, route: `GET ${route}`, expected: String(status), got })
      return answer
    },
    loginIn: (answer) => cookieIn(answer, /^(?:__Host-)?usertwo=/),
    close: () => provider.close(),
  }
  return self
}
