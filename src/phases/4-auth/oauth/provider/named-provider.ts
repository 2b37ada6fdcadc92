import type { Kit } from '../../../../core/kit.js'
import { Problem } from '../../../../core/problem.js'
import { type Provider, providersIn } from './providers.js'

/** The provider of that name. @throws Problem `not_found` */
export function providerNamed({ config, settings }: Kit, name: string): Provider {
  const found = providersIn(config, settings).find((one) => one.name === name)
  if (!found) throw new Problem('not_found')
  return found
}

/** Where a provider sends users back to: an address of its own for each, never one that a request names. */
export function redirectUri({ config, settings }: Kit, { name }: Pick<Provider, 'name'>): string {
  const origin = settings.PUBLIC_URL ?? `http://localhost:${settings.PORT}`
  return `${origin}${config.auth.mount}/oauth/${name}/callback`
}
