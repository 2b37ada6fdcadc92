import type { ClientAuth, Configuration, IDToken, ServerMetadata } from 'openid-client'
import type { Kit } from '../../../../core/kit.js'
import { onePerApp } from '../../../../core/one-per-app.js'
import { type FlowChecks, grantChecks, isForUs } from './checks.js'
import { githubMetadata, githubProfile, githubUser } from './github.js'
import { type OauthLibrary, oauthLibrary } from './oauth-library.js'
import { type Profile, profileOf } from './profile.js'
import { asProviderFailed, ProviderFailed } from './provider-failed.js'
import type { Provider } from './providers.js'
import { REQUEST_SECONDS, withinTime } from './time-limit.js'

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
