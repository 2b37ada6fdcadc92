import type { Response } from 'express'
import { ENDPOINTS, endpoints } from '../../contract/endpoints.js'
import type { Kit } from '../../core/kit.js'
import { packages } from '../../core/packages.js'
import type { Routes } from '../../express/own-app.js'
import { noStore, nothingHere } from '../4-auth/answer.js'
import { exists, lacksAddress } from '../4-auth/conditions.js'
import { inLanguage, isChosen, perLanguage, sayLanguage } from '../4-auth/words/languages.js'
import { wordsIn } from '../4-auth/words/words.js'
import { accountRoutes } from './account/account-routes.js'
import { emailPages } from './account/email-pages.js'
import { factorRoutes } from './account/factor-routes.js'
import { loginLinkPages } from './account/login-link-pages.js'
import { loginPages } from './account/login-pages.js'
import { outboxPage } from './account/outbox-page.js'
import { passwordPages } from './account/password-pages.js'
import { sessionRoutes } from './account/session-routes.js'
import { stepUpPages } from './account/step-up-pages.js'
import { verifyPages } from './account/verify-pages.js'
import { adminRoutes } from './admin/admin-routes.js'
import { badgeScript } from './badge/badge-script.js'
import { authPages } from './forms/auth-pages.js'
import { HEADERS, pageAnswer } from './html/page-answer.js'
import { scriptIn } from './html/page-script.js'
import { styleIn } from './html/page-style.js'
import { keptRoutes } from './kept-form/kept-routes.js'
import { notMine } from './not-mine/not-mine.js'
import { passkeyRoutes } from './passkeys/passkey-routes.js'
import { privacyRoutes } from './privacy/privacy-routes.js'
import { providerPages } from './providers/provider-pages.js'

/** Pages about an address: 404 where users log in by a user name. */
const withoutAddress = (kit: Kit): string[] =>
  endpoints.flatMap((one) => (lacksAddress(kit, one) && one.form ? [one.form.path] : []))

/** A script with texts in it. Where requests choose the language, no shared cache may keep one: some ignore `Vary`. */
function sendScript(kit: Kit, res: Response, script: string): void {
  sayLanguage(kit, res)
  if (isChosen(kit)) res.set('Cache-Control', 'private, no-cache')
  res.set(HEADERS).type('js').send(script)
}

/** The pages at `config.auth.pages`; where requests choose the language, made once for each. */
export function pageRoutes(kit: Kit): Routes {
  if (!isChosen(kit)) return pagesOf(kit)
  const routerOf = perLanguage(kit, (localized) => {
    const router = packages.express.Router({ caseSensitive: true, strict: true })
    pagesOf(localized)(router)
    return router
  })
  return (router) => void router.use((req, res, next) => routerOf(req)(req, res, next))
}

/** Forms first, script second. */
function pagesOf(kit: Kit): Routes {
  const { badge } = kit.config.auth
  const pages = authPages(kit)
  const style = styleIn(kit.config)
  const say = wordsIn(kit.config)
  const script = scriptIn(say)
  // Pages of administrators and of developers are in one language.
  const english = inLanguage(kit, 'en')
  return (router) => {
    const closed = withoutAddress(kit)
    if (closed.length > 0) router.all(closed, noStore, nothingHere, pages.notThere)
    loginPages(kit, pages)(router)
    passwordPages(kit, pages)(router)
    verifyPages(kit, pages)(router)
    emailPages(kit, pages)(router)
    if (exists(kit, ENDPOINTS.askLoginLink)) loginLinkPages(kit, pages)(router)
    accountRoutes(kit)(router)
    sessionRoutes(kit)(router)
    if (kit.settings.AUTH_ENABLE_TOTP) factorRoutes(kit)(router)
    if (exists(kit, { only: 'privacy' })) privacyRoutes(kit)(router)
    if (kit.settings.AUTH_ENABLE_PASSKEYS) passkeyRoutes(kit)(router)
    if (exists(kit, { only: 'stepUp' })) stepUpPages(kit)(router)
    if (kit.settings.AUTH_ENABLE_OAUTH) providerPages(kit, pages)(router)
    adminRoutes(english, pages.notThere)(router)
    router.get('/outbox', noStore, outboxPage(english, pageAnswer(english)), pages.notThere)
    router.get('/pages.css', (_req, res) => void res.set(HEADERS).type('css').send(style))
    router.get('/pages.js', (_req, res) => sendScript(kit, res, script))
    if (!badge) return
    const ofBadge = badgeScript(say)
    router.get('/badge.js', (_req, res) => sendScript(kit, res, ofBadge))
    keptRoutes(kit)(router)
    if (kit.has('isolation') && kit.config.routes.owned) notMine(kit)(router)
  }
}
