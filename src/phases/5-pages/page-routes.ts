import type { ErrorRequestHandler, Request, Response } from 'express'
import { html } from '../../core/html.js'
import type { Kit } from '../../core/kit.js'
import { Problem } from '../../core/problem.js'
import type { Routes } from '../../express/own-app.js'
import { isByName } from '../4-auth/accounts/names.js'
import { registerBodyOf, registration } from '../4-auth/accounts/register.js'
import { registrationMode } from '../4-auth/accounts/registration-mode.js'
import { answerErrors, noStore, nothingHere, read } from '../4-auth/answer.js'
import { authMail } from '../4-auth/auth-mail.js'
import { addressBody, askForMail, FORGOTTEN } from '../4-auth/links/ask-for-mail.js'
import { nextPath } from '../4-auth/next-path.js'
import { authParts } from '../4-auth/parts.js'
import { passwordReset, resetBody } from '../4-auth/passwords/password-reset.js'
import { loginBodyOf, passwordLogin } from '../4-auth/sessions/login.js'
import { loginParts } from '../4-auth/sessions/login-parts.js'
import { logoutOf } from '../4-auth/sessions/logout.js'
import { isClaimed } from '../4-auth/sessions/owner-login.js'
import { tokenStyle } from '../4-auth/sessions/token-style.js'
import { type Word, wordsIn } from '../4-auth/words/words.js'
import { accountRoutes } from './account/account-routes.js'
import { adminRoutes } from './account/admin-routes.js'
import { emailPages } from './account/email-pages.js'
import { outboxPage } from './account/outbox-page.js'
import { sessionRoutes } from './account/session-routes.js'
import { verifyPages } from './account/verify-pages.js'
import { badgeScript } from './badge/badge-script.js'
import { formBody } from './forms/form-body.js'
import { type Forms, type FormValues, forms } from './forms/forms.js'
import { errorsOf, HEADERS, pageAnswer, type Shown } from './html/page-answer.js'
import { scriptIn } from './html/page-script.js'
import { styleIn } from './html/page-style.js'
import { keptRoutes } from './kept-form/kept-routes.js'
import { notMine } from './not-mine/not-mine.js'

type Name = keyof Forms

/** Pages about an address, where nobody has one. */
const OF_ADDRESSES = ['/forgot', '/verify', '/verify/resend', '/email', '/email/change']

const TITLES = {
  login: 'login.title',
  register: 'register.title',
  logout: 'logout.title',
  forgot: 'forgot.title',
  reset: 'reset.title',
  verify: 'verify.title',
  resend: 'verify.title',
  changeEmail: 'email.title',
  confirmEmail: 'email.confirm_title',
} as const satisfies Record<Name, Word>
/** The addresses of these pages hold a secret. */
const BY_LINK: readonly Name[] = ['reset', 'verify', 'confirmEmail']
/** What is shown instead where a link cannot be used: its own form is of no use then. */
const INSTEAD: Partial<Record<Name, Name>> = {
  reset: 'forgot',
  verify: 'resend',
  confirmEmail: 'changeEmail',
}

/** What the pages of one subject are made with. */
export interface Pages {
  valuesOf(req: Request): FormValues
  show(res: Response, which: Name, values: FormValues, outcome?: Pick<Shown, 'message' | 'problem'>): void
  /** Shows the form again with what was wrong. */
  again(which: Name): ErrorRequestHandler
}

/** The pages at `config.auth.pages`. Forms first, script second. */
export function pageRoutes(kit: Kit): Routes {
  const { auth } = kit.config
  const { cookies } = authParts(kit)
  const { limits, devices } = loginParts(kit)
  const login = passwordLogin(kit)
  const register = registration(kit)
  const logout = logoutOf(kit)
  const forgot = askForMail(kit, FORGOTTEN)
  const reset = passwordReset(kit)
  const byName = isByName(kit.config)
  const canForget = !byName && authMail(kit) !== null
  const say = wordsIn(kit.config)
  const form = forms(auth.pages, {
    say,
    mode: () => registrationMode(kit),
    hasMail: authMail(kit) !== null,
    isByName: byName,
  })
  const answer = pageAnswer(kit)
  const style = styleIn(kit.config)
  const script = scriptIn(say)

  const show: Pages['show'] = (res, which, values, outcome = {}) => {
    const errors = outcome.problem && errorsOf(outcome.problem)
    const body = form[which]({ ...values, errors })
    const headers: Record<string, string> = BY_LINK.includes(which)
      ? { 'Referrer-Policy': 'no-referrer' }
      : {}
    answer(res, { title: say(TITLES[which]), body, headers, ...outcome })
  }
  const notThere = answerErrors(kit, (_req, res, problem) =>
    answer(res, {
      title: 'Not found',
      body: html`<p class="other"><a href="/">Back to the app</a></p>`,
      problem,
    }),
  )
  const valuesOf = (req: Request): FormValues => {
    const given: Record<string, unknown> = req.method === 'POST' ? (req.body ?? {}) : req.query
    const login = byName ? given.username : given.email
    const email = req.method === 'POST' && typeof login === 'string' ? login.slice(0, 254) : undefined
    const token = typeof given.token === 'string' ? given.token.slice(0, 200) : undefined
    return { email, token, next: nextPath(given.next, auth.pages) }
  }
  const withClaim = async (which: Name, values: FormValues): Promise<FormValues> =>
    which === 'register'
      ? { ...values, claimed: await isClaimed(kit.db, kit.config, kit.settings.ENVIRONMENT) }
      : values
  const logIn = async (req: Request, res: Response) => {
    const style = await tokenStyle(kit)
    const {
      login: begun,
      csrfToken,
      device,
    } = await login(req, read(loginBodyOf(kit.config), req.body), true)
    style.giveToPage(res, begun)
    if (device !== null) cookies.setDevice(res, device, devices.life)
    return csrfToken
  }
  const signIn = async (req: Request, res: Response) => {
    await logIn(req, res)
    res.redirect(303, valuesOf(req).next)
  }

  return (router) => {
    for (const which of ['login', 'register'] as const)
      router.get(
        `/${which}`,
        noStore,
        async (req: Request, res: Response) => {
          if (kit.userOf(req)) return res.redirect(303, valuesOf(req).next)
          show(res, which, await withClaim(which, valuesOf(req)))
        },
        again('login'),
      )
    router.get('/logout', noStore, (req, res) => show(res, 'logout', valuesOf(req)))

    router.post('/login', noStore, formBody, signIn, again('login'))
    router.post(
      '/register',
      noStore,
      formBody,
      limits.register,
      async (req: Request, res: Response) => {
        const { message, mustVerify } = await register(req, read(registerBodyOf(kit.config), req.body))
        if (mustVerify) return show(res, 'login', valuesOf(req), { message })
        try {
          await signIn(req, res)
        } catch (error) {
          // The address belonged to somebody already, whose password this was not.
          if (!(error instanceof Problem) || error.code !== 'invalid_credentials') throw error
          show(res, 'login', valuesOf(req), { message })
        }
      },
      again('register'),
    )
    if (byName) router.all(OF_ADDRESSES, noStore, nothingHere, notThere)
    if (authMail(kit)) {
      router.get('/forgot', noStore, (req, res) => show(res, 'forgot', valuesOf(req)))
      router.post(
        '/forgot',
        noStore,
        formBody,
        limits.forgot,
        async (req: Request, res: Response) => {
          await forgot(req, read(addressBody, req.body))
          show(res, 'login', { next: '/' }, { message: say('forgot.done') })
        },
        again('forgot'),
      )
    }
    router.get(
      '/reset',
      noStore,
      async (req: Request, res: Response) => {
        await reset.assertUsable(valuesOf(req).token ?? '')
        show(res, 'reset', valuesOf(req))
      },
      again('reset'),
    )
    router.post(
      '/reset',
      noStore,
      formBody,
      limits.reset,
      async (req: Request, res: Response) => {
        const { device, login: email } = await reset.use(req, read(resetBody, req.body))
        ;(await tokenStyle(kit)).clear(res)
        cookies.setDevice(res, device, devices.life)
        show(res, 'login', { email, next: '/' }, { message: say('reset.done') })
      },
      again('reset'),
    )
    router.post(
      '/logout',
      noStore,
      async (req: Request, res: Response) => {
        await logout(req, res)
        res.redirect(303, `${auth.pages}/login`)
      },
      again('logout'),
    )
    verifyPages(kit, { valuesOf, show, again })(router)
    emailPages(kit, { valuesOf, show, again })(router)
    accountRoutes(kit)(router)
    sessionRoutes(kit)(router)
    adminRoutes(kit, notThere)(router)
    router.get('/outbox', noStore, outboxPage(kit, answer), notThere)

    router.get('/pages.css', (_req, res) => void res.set(HEADERS).type('css').send(style))
    router.get('/pages.js', (_req, res) => void res.set(HEADERS).type('js').send(script))
    if (!auth.badge) return
    router.get('/badge.js', (_req, res) => void res.set(HEADERS).type('js').send(badgeScript()))
    keptRoutes(kit, logIn)(router)
    if (kit.has('isolation') && kit.config.routes.owned) notMine(kit)(router)
  }

  function again(which: Name): ErrorRequestHandler {
    return answerErrors(kit, (req: Request, res: Response, problem) => {
      const instead = insteadOf(which, problem)
      // Without mail there is no form that sends a link.
      const shown = instead === 'forgot' && which === 'reset' && !canForget ? 'login' : instead
      const again = (values: FormValues) => show(res, shown, values, { problem })
      // Where nobody can say whether it was claimed, the form stays whole.
      withClaim(shown, valuesOf(req)).then(again, () => again(valuesOf(req)))
    })
  }
}

function insteadOf(which: Name, problem: Problem): Name {
  if (problem.code === 'email_not_verified') return 'resend'
  if (problem.code === 'authentication_required') return 'login'
  return (errorsOf(problem).token && INSTEAD[which]) || which
}
