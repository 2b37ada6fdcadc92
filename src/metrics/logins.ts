import type { Knex } from 'knex'
import type { Kit } from '../core/kit.js'
import type { Counter, PromClient } from './prom-client.js'
import { sharedMetric } from './shared-metric.js'

/** All failures, by the code of their answer, so that an alert has a zero to start from. */
const REASONS = {
  login_failed: 'invalid_credentials',
  login_unverified: 'email_not_verified',
  login_throttled: 'rate_limited',
} as const
/** Events that end a login early. */
const REVOCATIONS = ['logout', 'session_revoked', 'password_reset', 'password_changed', 'refresh_reused']

const PASSWORD = 'password'

/** What logins can be proved by, each a zero to start from. */
function waysToLogIn({ settings, config }: Kit): string[] {
  const providers = settings.AUTH_ENABLE_OAUTH ? (config.auth.providers ?? []) : []
  return [
    PASSWORD,
    ...(settings.AUTH_ENABLE_MAGIC_LINK ? ['link'] : []),
    ...(settings.AUTH_ENABLE_PASSKEYS ? ['passkey'] : []),
    ...providers.map(({ name }) => name),
  ]
}

/** Counts logins and what ends them, by the events that `kit.count` is called with. */
export function countLogins(kit: Kit, client: PromClient): void {
  const logins = counter('auth_login_success_total', 'Logins that began.', ['provider'])
  const failures = counter('auth_login_fail_total', 'Logins that were refused.', ['reason'])
  const rotations = counter('auth_refresh_rotations_total', 'Refresh tokens that were exchanged.')
  const revocations = counter('auth_revocations_total', 'Logins that were ended before their time.')
  const crowded = counter(
    'auth_hash_queue_refused_total',
    'Logins that were refused because too many waited.',
  )

  function counter(name: string, help: string, labelNames: readonly string[] = []): Counter | null {
    return sharedMetric<Counter>(kit, client, name, () => new client.Counter({ name, help, labelNames }))
  }
  function note(what: string, by: string): void {
    if (what === 'login') logins?.inc({ provider: by })
    else if (what === 'refreshed') rotations?.inc({})
    else if (what === 'hash_refused') crowded?.inc({})
    else if (what in REASONS) failures?.inc({ reason: REASONS[what as keyof typeof REASONS] })
    else if (REVOCATIONS.includes(what)) revocations?.inc({})
  }
  for (const provider of waysToLogIn(kit)) logins?.inc({ provider }, 0)
  for (const reason of Object.values(REASONS)) failures?.inc({ reason }, 0)
  function countCommitted(what: string, on?: unknown, by = PASSWORD): void {
    const { isTransaction, executionPromise } = (on ?? {}) as Partial<Knex.Transaction>
    if (isTransaction && executionPromise)
      executionPromise.then(
        () => note(what, by),
        () => {},
      )
    else note(what, by)
  }
  kit.count = countCommitted
}
