import type { Configuration, IDToken } from 'openid-client'
import type { Kit } from '../../../../core/kit.js'
import { type FlowChecks, grantChecks, isForUs } from './checks.js'
import { githubProfile, githubUser } from './github.js'
import { oauthLibrary } from './oauth-library.js'
import { type Profile, profileOf } from './profile.js'
import { providerConfigs } from './provider-configs.js'
import { asProviderFailed, ProviderFailed } from './provider-failed.js'
import type { Provider } from './providers.js'
import { withinTime } from './time-limit.js'

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
