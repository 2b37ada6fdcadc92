import type { Kit } from '../../core/kit.js'

/** Something about this start that its operator should know: one line, with what to do. */
export interface StartWarning {
  variable: string
  what: string
}

/** Settings that are allowed, but should not stay: logged at every start. */
export function startWarnings({ settings, has, knowsPeople }: Kit): StartWarning[] {
  const found: StartWarning[] = []
  const gates = ['ENABLE_DEBUG_ROUTES', 'ENABLE_INTERNAL_OPS_ROUTES'] as const
  for (const variable of gates) {
    if (!settings[variable]) continue
    if (settings.ENVIRONMENT === 'production')
      found.push({ variable, what: 'is on in production; turn it off when you are done' })
    if (!knowsPeople && !settings.OPS_TOKEN)
      found.push({ variable, what: 'is on, but unusable: before phase 4 it needs OPS_TOKEN' })
  }
  if (settings.ENVIRONMENT === 'production' && settings.TRUST_PROXY === 0)
    found.push({
      variable: 'TRUST_PROXY',
      what: 'is 0: behind a proxy all clients would share one address; set the number of proxies in front',
    })
  if (settings.ENVIRONMENT === 'production' && has('auth') && !settings.USER_MGMT_ENABLED)
    found.push({ variable: 'USER_MGMT_ENABLED', what: 'is off in production: no login is required' })
  return found
}

/** Logs the warnings of this start. */
export function logStartWarnings(kit: Kit): void {
  for (const { variable, what } of startWarnings(kit)) kit.log.warn({ variable }, `${variable} ${what}`)
}
