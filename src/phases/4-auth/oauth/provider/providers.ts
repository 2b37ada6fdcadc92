import type { Config } from '../../../../config/config.js'
import { isAtWork, type Settings } from '../../../../config/settings.js'
import { ConfigError } from '../../../../core/config-error.js'
import { variablePart } from '../../config/provider-config.js'

/** A provider by which users log in, with what the environment says of it. */
export interface Provider {
  name: string
  /** what pages call it */
  label: string
  kind: 'oidc' | 'github'
  /** by which it names itself; with the id there it is the account of a user */
  issuer: string
  scope: string
  /** how the secret is sent; null: as the provider says */
  clientAuth: 'basic' | 'post' | null
  clientId: string
  clientSecret: string
}

const DEFAULTS = {
  oidc: { scope: 'openid email', issuer: '' },
  github: { scope: 'read:user user:email', issuer: 'https://github.com' },
} as const

/**
 * Returns the providers of the configuration.
 * @throws ConfigError that names each variable that is missing
 */
export function providersIn(config: Config, settings: Settings): Provider[] {
  const given = config.auth.providers ?? []
  const { oauthClients: clients, ENVIRONMENT } = settings
  const missing: string[] = []
  const read = (name: string) => {
    if (clients[name] === undefined) missing.push(`${name}: required with AUTH_ENABLE_OAUTH=true`)
    return clients[name] ?? ''
  }
  const all = given.map(({ name, kind, label = name, clientAuth = null, ...more }): Provider => {
    const { issuer = DEFAULTS[kind].issuer, scope = DEFAULTS[kind].scope } = more
    if (issuer.startsWith('http:') && !isAtWork(ENVIRONMENT))
      missing.push(
        `auth.providers: the issuer of ${name} is not https, and that is allowed in development and test alone`,
      )
    const part = `OAUTH_${variablePart(name)}_CLIENT`
    const clientId = read(`${part}_ID`)
    const clientSecret = read(`${part}_SECRET`)
    return { name, label, kind, issuer, scope, clientAuth, clientId, clientSecret }
  })
  if (all.length === 0)
    missing.push(
      "AUTH_ENABLE_OAUTH=true: the configuration has no provider; give auth: { providers: [{ name: 'google', issuer: 'https://accounts.google.com' }] }",
    )
  if (missing.length > 0) throw new ConfigError('The providers are not usable', missing)
  return all
}
