import request from 'supertest'
import { type SmallProvider, smallProvider } from '../../proof/checks/4-auth/oauth/small-provider.js'
import { type AuthApp, type AuthAppOptions, authApp, CODE } from './auth-app.js'

export const OAUTH_ORIGIN = 'https://app.example.com'
export const OAUTH_OWNER = { email: 'owner@example.com', password: 'a long enough one' }
export const callbackOf = (name: string) => `${OAUTH_ORIGIN}/api/auth/oauth/${name}/callback`

/** Small providers by these names, for one app. */
export async function smallProviders<Name extends string>(
  ...names: Name[]
): Promise<Record<Name, SmallProvider>> {
  const made = await Promise.all(
    names.map(async (name) => [name, await smallProvider([callbackOf(name)], name)] as const),
  )
  return Object.fromEntries(made) as Record<Name, SmallProvider>
}

type Configured = NonNullable<NonNullable<NonNullable<AuthAppOptions['config']>['auth']>['providers']>[number]

/** What an app has to be given to log users in by a provider. */
export interface ProviderGiven {
  config: Configured
  clientId: string
  clientSecret: string
}

export const given = (name: string, { issuer, clientId, clientSecret }: SmallProvider): ProviderGiven => ({
  config: { name, issuer, label: name[0]!.toUpperCase() + name.slice(1) },
  clientId,
  clientSecret,
})

export const oauthEnv = (providers: readonly ProviderGiven[]): Record<string, string> => ({
  AUTH_ENABLE_OAUTH: 'true',
  PUBLIC_URL: OAUTH_ORIGIN,
  ...Object.fromEntries(
    providers.flatMap(({ config, clientId, clientSecret }) => {
      const part = `OAUTH_${config.name.toUpperCase().replaceAll('-', '_')}_CLIENT`
      return [
        [`${part}_ID`, clientId],
        [`${part}_SECRET`, clientSecret],
      ]
    }),
  ),
})

/** An app with providers; with `claimed` its owner has a password. */
export async function oauthApp(
  providers: readonly ProviderGiven[],
  { env, config, ...options }: AuthAppOptions = {},
  { claimed = true } = {},
): Promise<AuthApp> {
  const one = await authApp({
    dial: 5,
    open: true,
    ...options,
    env: { ...oauthEnv(providers), ...env },
    config: { ...config, auth: { ...config?.auth, providers: providers.map((each) => each.config) } },
  })
  if (claimed && !options.url)
    await request(one.app)
      .post('/api/auth/register')
      .send({ ...OAUTH_OWNER, claim_code: CODE })
      .expect(202)
  return one
}

let addresses = 0
/** Another client address for each request, so that limits by address do not mix them up. */
const nextClient = () => `10.8.${Math.floor(++addresses / 250) % 250}.${addresses % 250}`

export interface OauthVisitor {
  agent: ReturnType<typeof request.agent>
  get(path: string): request.Test
  post(path: string, body?: object): request.Test
  remove(path: string): request.Test
  /** Logs in with a password; afterwards the login is in the cookie. */
  logIn(who: { email: string; password: string }): Promise<void>
  /** Begins a login, or a link. @returns where the browser has to go */
  begin(name: string, body?: object, call?: 'connect' | 'link'): Promise<string>
  /** The same, and logs in at the provider. @returns the callback, as a path */
  visit(provider: SmallProvider, name: string, body?: object, call?: 'connect' | 'link'): Promise<string>
  /** Logs in by a provider. @returns where the callback sends the browser */
  comeBy(provider: SmallProvider, name: string, body?: object): Promise<string>
  /** Links a provider. */
  linkTo(provider: SmallProvider, name: string): Promise<string>
  /** The user who is logged in; null: anonymous. */
  me(): Promise<{ id: number; email: string | null } | null>
}

/** A callback's address, as a path. */
export const pathOf = (url: string) => url.replace(OAUTH_ORIGIN, '')

/** A browser with cookies of its own, whose pages are the app's. */
export function oauthVisitor({ app }: { app: Parameters<typeof request.agent>[0] }): OauthVisitor {
  const agent = request.agent(app)
  let csrf = ''
  const sent = (test: request.Test) =>
    test.set({
      'X-Forwarded-For': nextClient(),
      'Sec-Fetch-Site': 'same-origin',
      ...(csrf && { 'X-CSRF-Token': csrf }),
    })
  const self: OauthVisitor = {
    agent,
    get: (path) => agent.get(path).set('X-Forwarded-For', nextClient()),
    post: (path, body = {}) => sent(agent.post(path)).send(body),
    remove: (path) => sent(agent.delete(path)),
    async logIn(who) {
      csrf = ''
      await self.post('/api/auth/login', { ...who, in_cookie: true }).expect(200)
      await token()
    },
    async begin(name, body = {}, call = 'connect') {
      const { body: answer } = await self.post(`/api/auth/oauth/${name}/${call}`, body).expect(200)
      return answer.url
    },
    async visit(provider, name, body, call) {
      return pathOf(await provider.visit(await self.begin(name, body, call)))
    },
    async comeBy(provider, name, body) {
      const { headers } = await self.get(await self.visit(provider, name, body)).expect(303)
      await token()
      return headers.location!
    },
    async linkTo(provider, name) {
      const { headers } = await self.get(await self.visit(provider, name, {}, 'link')).expect(303)
      return headers.location!
    },
    async me() {
      const { status, body } = await self.get('/api/auth/me')
      return status === 200 ? body : null
    },
  }
  async function token() {
    const { body } = await agent.get('/api/auth/csrf')
    csrf = body.csrfToken ?? ''
  }
  return self
}
