import type { ClientAuth, Configuration, ServerMetadata } from 'openid-client'
import { onePerApp } from '../../../../core/one-per-app.js'
import { githubMetadata } from './github.js'
import { type OauthLibrary, oauthLibrary } from './oauth-library.js'
import type { Provider } from './providers.js'
import { REQUEST_SECONDS } from './time-limit.js'

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
export const providerConfigs = onePerApp(({ clock }): ((provider: Provider) => Promise<Configuration>) => {
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
