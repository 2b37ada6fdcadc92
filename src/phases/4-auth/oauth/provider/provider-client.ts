import type { ClientAuth, Configuration, IDToken, ServerMetadata } from 'openid-client'
import type { Kit } from '../../../../core/kit.js'
import { onePerApp } from '../../../../core/one-per-app.js'
import { type FlowChecks, grantChecks, isForUs } from './checks.js'
import { type OauthLibrary, oauthLibrary } from './oauth-library.js'
import { type Profile, profileOf } from './profile.js'
import { asProviderFailed, ProviderFailed } from './provider-failed.js'
import type { Provider } from './providers.js'

/** A user as a provider knows them. Its tokens are in the closure of `profile` alone, and are stored nowhere. */
export interface Arrived {
  /** the provider, as it names itself */
  iss: string
  /** the user there, whatever their address is */
  sub: string
  /** Asks the provider for it, where it has not said so yet. @throws ProviderFailed */
  profile(): Promise<Profile>
}

interface Asked extends FlowChecks {
  /** of the verifier, by SHA-256 (RFC 7636, 4.2) */
  challenge: string
  redirectUri: string
}

export interface ProviderClient {
  /** Where the browser goes to log in there. @throws ProviderFailed */
  address(provider: Provider, asked: Asked): Promise<URL>
  /**
   * Exchanges the code of a callback for the user who logged in there.
   *
   * @param callback the redirect URI, with the query as it came
   * @throws ProviderFailed, the same for everything that is wrong with the answer
   */
  exchange(provider: Provider, callback: URL, checks: FlowChecks): Promise<Arrived>
}

/** Talks to the providers: OpenID Connect, and OAuth 2 as GitHub has it. */
export function providerClient(kit: Kit): ProviderClient {
  const configs = providerConfigs(kit)
  const failing = <Made>(work: Promise<Made>) =>
    withinTime(work).catch((error: unknown) => {
      throw asProviderFailed(error)
    })

  async function address(provider: Provider, { state, nonce, challenge, redirectUri }: Asked): Promise<URL> {
    const [{ buildAuthorizationUrl }, config] = await Promise.all([oauthLibrary(), configs(provider)])
    return buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: provider.scope,
      state,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      ...(provider.kind === 'oidc' && { nonce }),
    })
  }

  async function exchange(provider: Provider, callback: URL, checks: FlowChecks): Promise<Arrived> {
    const [{ authorizationCodeGrant }, config] = await Promise.all([oauthLibrary(), configs(provider)])
    const tokens = await authorizationCodeGrant(config, callback, grantChecks(checks, provider.kind))
    const { access_token: token } = tokens
    if (provider.kind === 'github') {
      const { sub, login } = await githubUser(config, token)
      return { iss: provider.issuer, sub, profile: () => failing(githubProfile(config, token, login)) }
    }
    const claims = tokens.claims()
    if (!claims || !isForUs(claims, provider)) throw new ProviderFailed('refused', 'claims')
    return { iss: claims.iss, sub: claims.sub, profile: () => failing(oidcProfile(config, token, claims)) }
  }

  return {
    address: (provider, asked) => failing(address(provider, asked)),
    exchange: (provider, callback, checks) => failing(exchange(provider, callback, checks)),
  }
}

/** Many providers say the address at the UserInfo endpoint alone. */
async function oidcProfile(config: Configuration, token: string, claims: IDToken): Promise<Profile> {
  if (claims.email !== undefined || config.serverMetadata().userinfo_endpoint === undefined)
    return profileOf(claims)
  const { fetchUserInfo } = await oauthLibrary()
  return profileOf(await fetchUserInfo(config, token, claims.sub))
}

/** For how long a provider's description of itself is used. ms */
const KEPT_MS = 3_600_000

interface Known {
  configuration: Promise<Configuration>
  at: number
}

/**
 * Returns how to talk to a provider. Its description is read at the first login, not at the start, and of simultaneous logins one reads it.
 * A failure is not kept.
 */
const providerConfigs = onePerApp(({ clock }): ((provider: Provider) => Promise<Configuration>) => {
  const known = new Map<string, Known>()
  return (provider) => {
    const now = clock.now().getTime()
    const found = known.get(provider.name)
    if (found && now - found.at < KEPT_MS) return found.configuration
    const configuration = discovered(provider)
    const mine = { configuration, at: now }
    known.set(provider.name, mine)
    configuration.catch(() => {
      if (known.get(provider.name) === mine) known.delete(provider.name)
    })
    return configuration
  }
})

async function discovered(provider: Provider): Promise<Configuration> {
  const library = await oauthLibrary()
  const { issuer, clientId, kind } = provider
  const auth = clientAuth(library, provider)
  // The configuration allows http on this machine alone, and the start allows it in development and test alone.
  const local = issuer.startsWith('http:') ? [library.allowInsecureRequests] : []
  if (kind === 'github') {
    const made = new library.Configuration(githubMetadata(issuer), clientId, undefined, auth)
    made.timeout = REQUEST_SECONDS
    for (const allow of local) allow(made)
    return made
  }
  return library.discovery(new URL(issuer), clientId, undefined, auth, {
    timeout: REQUEST_SECONDS,
    // Without it the signature of an ID token is not verified.
    execute: [library.enableNonRepudiationChecks, ...local],
  })
}

/** Sends the secret as the configuration says, else as the provider says; without a word from it in a header (OpenID Connect Core, 9). */
function clientAuth(library: OauthLibrary, { clientAuth: said, clientSecret }: Provider): ClientAuth {
  const basic = library.ClientSecretBasic(clientSecret)
  const post = library.ClientSecretPost(clientSecret)
  return (server, ...more) => ((said ?? taken(server)) === 'basic' ? basic : post)(server, ...more)
}

const taken = ({ token_endpoint_auth_methods_supported: methods }: ServerMetadata): 'basic' | 'post' =>
  !methods || methods.includes('client_secret_basic') ? 'basic' : 'post'

const GITHUB = 'https://github.com'

/** What discovery would say of GitHub, or of a GitHub Enterprise Server: they have none. */
function githubMetadata(issuer: string): ServerMetadata {
  const login = `${withoutSlash(issuer)}/login/oauth`
  return {
    issuer,
    authorization_endpoint: `${login}/authorize`,
    token_endpoint: `${login}/access_token`,
    token_endpoint_auth_methods_supported: ['client_secret_post'],
  }
}

const withoutSlash = (url: string) => url.replace(/\/+$/, '')
const apiOf = (issuer: string) =>
  withoutSlash(issuer) === GITHUB ? 'https://api.github.com' : `${withoutSlash(issuer)}/api/v3`

/** The user of an access token: GitHub has no ID tokens, and its number of a user never changes. */
async function githubUser(
  configuration: Configuration,
  token: string,
): Promise<{ sub: string; login: string }> {
  const { id, login } = (await read(configuration, token, '/user')) as Record<string, unknown>
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || typeof login !== 'string')
    throw new ProviderFailed('refused', 'no_user_id')
  return { sub: String(id), login }
}

/** The confirmed main address of that user. */
async function githubProfile(configuration: Configuration, token: string, login: string): Promise<Profile> {
  const emails = await read(configuration, token, '/user/emails')
  const main = (Array.isArray(emails) ? emails : []).find(
    (one) => one?.primary === true && one.verified === true,
  )
  return { email: typeof main?.email === 'string' ? main.email : null, shown: login }
}

async function read(configuration: Configuration, token: string, path: string): Promise<unknown> {
  const { fetchProtectedResource } = await oauthLibrary()
  const url = new URL(apiOf(configuration.serverMetadata().issuer) + path)
  const answer = await fetchProtectedResource(configuration, token, url, 'GET')
  if (answer.status !== 200) throw new ProviderFailed('refused', 'api_status')
  return answer.json()
}

/** How long a provider may take to answer one request. Seconds. */
const REQUEST_SECONDS = 5
/** How long everything may take that one page waits for. ms */
const LIMIT_MS = 5_000

/** Waits for a provider no longer than a user does. @throws ProviderFailed `away` */
async function withinTime<Made>(work: Promise<Made>): Promise<Made> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ProviderFailed('away', 'timeout')), LIMIT_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
