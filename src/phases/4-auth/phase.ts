import type pg from 'pg'
import { admitsWithoutLogin } from '../../config/config.js'
import type { Kit } from '../../core/kit.js'
import { onePerApp } from '../../core/one-per-app.js'
import type { Handler } from '../../express/handler.js'
import { onceLoaded } from '../../express/once-loaded.js'
import { ownApp } from '../../express/own-app.js'
import { byUsertwo, first, type Layer, matched, outer, type Phase } from '../phase.js'
import { requiredAsMatched, requiredAsSent } from './access/required-routes.js'
import { throttleOwnLogin } from './own-login/throttle.js'
import { changedMethod } from './sessions/changed-method.js'
import { confirmed } from './sessions/confirmed.js'
import { csrf } from './sessions/cookies/csrf.js'
import { identify } from './sessions/identify.js'
import { oneATurn } from './sessions/one-a-turn.js'
import { authParts } from './sessions/parts.js'
import { refuse } from './sessions/refuse.js'
import { actingUser, toldWho } from './sessions/told-who.js'

const forPeople = (make: Layer['make']) => outer(byUsertwo(make), 'USER_MGMT_ENABLED')

/** Loaded only where a proxy logs users in. */
const byProxy: Layer['make'] = (kit) => {
  const { proxy } = kit.config.auth
  return proxy
    ? onceLoaded(
        () => import('./proxy/named-by-proxy.js'),
        ({ namedByProxy }) => namedByProxy(kit, proxy),
      )
    : null
}

/** Loaded only where requests without a login may work on a user's data. */
const withoutLogin: Layer['make'] = (kit) =>
  admitsWithoutLogin(kit.config) && kit.knowsPeople
    ? onceLoaded(
        () => import('./without-login/layer.js'),
        ({ admitWithoutLogin }) => admitWithoutLogin(kit),
      )
    : null

/** Loaded only where `auth.stepUp` names a route. */
const stepUp = onePerApp((kit) => import('./factors/step-up.js').then((loaded) => loaded.factorSteps(kit)))
const stepUpAt =
  (place: 'asSent' | 'asMatched'): Layer['make'] =>
  (kit): Handler | null =>
    kit.config.auth.stepUp && kit.knowsPeople
      ? onceLoaded(
          () => stepUp(kit),
          (made) => made[place],
        )
      : null

/** The auth API at `config.auth.mount`. Requests for unknown endpoints go on to the app. */
const authApi: Layer['make'] = (kit) =>
  ownApp(kit.config.auth.mount, async () => (await import('./endpoints/api-routes.js')).apiRoutes(kit))

/** Loads the optional packages of the features that are on. @throws ConfigError that names those to install, and variables that are missing */
async function loadPackages({ config, settings }: Kit): Promise<void> {
  if (settings.AUTH_ENABLE_TOTP) await (await import('./factors/library.js')).totpLibrary()
  if (settings.AUTH_ENABLE_PASSKEYS) await (await import('./passkeys/passkey-library.js')).passkeyLibrary()
  if (settings.AUTH_ENABLE_OAUTH) {
    await (await import('./oauth/provider/oauth-library.js')).oauthLibrary()
    ;(await import('./oauth/provider/providers.js')).providersIn(config, settings)
  }
  if (settings.PRIVACY_DASHBOARD) await (await import('./privacy/library.js')).zipLibrary()
}

/** Another language than English, which is always there, is loaded at the start. */
async function loadTexts({ config }: Kit): Promise<void> {
  if (config.auth.language !== 'en') await (await import('./words/languages.js')).loadLanguages(config)
}

/** Loaded when it begins: a start at a lower dial does without. */
async function begin(kit: Kit): Promise<void> {
  await (await import('./attempts/hashes-at-start.js')).hashesAtStart(kit)
  await (await import('./config-at-start.js')).configAtStart(kit)
  const parts = authParts(kit)
  if (!parts.keys) Object.assign(parts, (await import('./sessions/keys/at-start.js')).keysAtStart(kit))
  if (kit.settings.AUTH_ENABLE_TOTP) await (await import('./factors/at-start.js')).factorsAtStart(kit)
  else await (await import('./factors/remove-factor.js')).warnOfFactors(kit)
  const { keepSwept } = await import('./sweep.js')
  keepSwept(kit)
  // Mail that was not sent before the process ended is due now.
  if (kit.settings.SMTP_URL || kit.settings.AUTH_OUTBOX)
    (await import('./links/auth-mail.js')).authMail(kit)?.hurry()
}

export const auth: Phase = {
  number: 4,
  name: 'auth',
  purpose: 'There are users: the owner claims user 1, logs in and out, and every process agrees who is who.',
  needs: [3],
  setup(kit) {
    const texts = { load: () => loadTexts(kit) }
    if (!kit.knowsPeople) return undefined
    const secrets = admitsWithoutLogin(kit.config) && {
      read: async (client: pg.Client) =>
        (await import('./without-login/link-tables.js')).readLinkTables(kit, client),
    }
    if (kit.config.auth.by === 'app')
      return kit.config.auth.language === 'en' ? secrets || undefined : { ...texts, ...secrets }
    return {
      ...secrets,
      async load() {
        await texts.load()
        await loadPackages(kit)
        if (kit.config.auth.ownCalls) (await import('./sessions/own-calls.js')).carryLogins(kit)
      },
      verify: () => begin(kit),
    }
  },
  layers: [
    first(byUsertwo(oneATurn), 'USER_MGMT_ENABLED'),
    outer(withoutLogin),
    outer(byProxy),
    forPeople(identify),
    forPeople(csrf),
    forPeople(authApi),
    forPeople(refuse),
    forPeople(toldWho),
    forPeople(requiredAsSent),
    forPeople(stepUpAt('asSent')),
    forPeople(actingUser),
    matched(byUsertwo(actingUser)),
    matched(byUsertwo(confirmed)),
    matched(byUsertwo(changedMethod)),
    matched(requiredAsMatched),
    matched(stepUpAt('asMatched')),
    matched(throttleOwnLogin),
  ],
}
