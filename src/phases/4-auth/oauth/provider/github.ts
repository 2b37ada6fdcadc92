import type { Configuration, ServerMetadata } from 'openid-client'
import { oauthLibrary } from './oauth-library.js'
import type { Profile } from './profile.js'
import { ProviderFailed } from './provider-failed.js'

const GITHUB = 'https://github.com'

/** What discovery would say of GitHub, or of a GitHub Enterprise Server: they have none. */
export function githubMetadata(issuer: string): ServerMetadata {
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
export async function githubUser(
  configuration: Configuration,
  token: string,
): Promise<{ sub: string; login: string }> {
  const { id, login } = (await read(configuration, token, '/user')) as Record<string, unknown>
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || typeof login !== 'string')
    throw new ProviderFailed('refused', 'no_user_id')
  return { sub: String(id), login }
}

/** The confirmed main address of that user. */
export async function githubProfile(
  configuration: Configuration,
  token: string,
  login: string,
): Promise<Profile> {
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
