import type { ErrorRequestHandler, Request, Response } from 'express'
import { html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import type { Problem } from '../../../core/problem.js'
import { isByName } from '../../4-auth/accounts/names.js'
import { isClaimed } from '../../4-auth/accounts/owner-login.js'
import { registrationMode } from '../../4-auth/accounts/registration-mode.js'
import { answerErrors } from '../../4-auth/answer.js'
import { exists } from '../../4-auth/conditions.js'
import { shownProviders } from '../../4-auth/endpoints/oauth-actions.js'
import { authMail } from '../../4-auth/links/auth-mail.js'
import { nextPath } from '../../4-auth/next-path.js'
import { isFactorDue } from '../../4-auth/password-login/reauth.js'
import { type Word, wordsIn } from '../../4-auth/words/words.js'
import { errorsOf, isAbout, pageAnswer, type Shown } from '../html/page-answer.js'
import { loginOffer } from '../passkeys/login-offer.js'
import { type Forms, type FormValues, forms } from './forms.js'

/** A page of one form. */
export type PageName = keyof Forms

const TITLES = {
  login: 'login.title',
  register: 'register.title',
  factor: 'factor.login_title',
  logout: 'logout.title',
  forgot: 'forgot.title',
  reset: 'reset.title',
  verify: 'verify.title',
  resend: 'verify.title',
  changeEmail: 'email.title',
  confirmEmail: 'email.confirm_title',
  askLoginLink: 'login_link.title',
  useLoginLink: 'login_link.use_title',
  otherBrowser: 'login_link.use_title',
} as const satisfies Record<PageName, Word>
/** The URLs of these pages contain a secret. */
const BY_LINK: readonly PageName[] = ['reset', 'verify', 'confirmEmail', 'useLoginLink', 'otherBrowser']
/** The form that is shown instead if a link cannot be used, because its own form is useless then. */
const INSTEAD: Partial<Record<PageName, PageName>> = {
  reset: 'forgot',
  verify: 'resend',
  confirmEmail: 'changeEmail',
  useLoginLink: 'askLoginLink',
}

export interface AuthPages {
  valuesOf(req: Request): FormValues
  show(res: Response, which: PageName, values: FormValues, outcome?: Pick<Shown, 'message' | 'problem'>): void
  /** What was typed, and what else the page of a form needs. */
  filled(which: PageName, req: Request, res: Response): Promise<FormValues>
  /** Shows the form again with the errors. */
  again(which: PageName): ErrorRequestHandler
  /** Answers 404. */
  notThere: ErrorRequestHandler
}

/** Shows the pages that consist of one form, and shows them again with the errors. */
export function authPages(kit: Kit): AuthPages {
  const byName = isByName(kit.config)
  const hasMail = authMail(kit) !== null
  const say = wordsIn(kit.config)
  const form = forms({
    base: kit.at.pages,
    home: kit.at.home,
    say,
    mode: () => registrationMode(kit),
    hasMail,
    hasLoginLink: exists(kit, { only: 'magicLink' }),
    isByName: byName,
  })
  const answer = pageAnswer(kit)

  const valuesOf: AuthPages['valuesOf'] = (req) => {
    const isSent = req.method === 'POST'
    const given: Record<string, unknown> = isSent ? (req.body ?? {}) : req.query
    const login = byName ? given.username : given.email
    const email = isSent && typeof login === 'string' ? login.slice(0, 254) : undefined
    const token = typeof given.token === 'string' ? given.token.slice(0, 200) : undefined
    const mfa = isSent && typeof given.mfa_token === 'string' ? given.mfa_token.slice(0, 8192) : undefined
    return { email, token, mfa, next: nextPath(given.next, kit.at) }
  }
  const show: AuthPages['show'] = (res, which, values, outcome = {}) => {
    const errors = outcome.problem && errorsOf(say, outcome.problem)
    const body = form[which]({ ...values, errors })
    const headers: Record<string, string> = BY_LINK.includes(which)
      ? { 'Referrer-Policy': 'no-referrer' }
      : {}
    answer(res, { title: say(TITLES[which]), body, headers, ...outcome })
  }
  const offer = kit.settings.AUTH_ENABLE_PASSKEYS ? loginOffer(kit) : null
  const filled: AuthPages['filled'] = async (which, req, res) => {
    const values: FormValues = valuesOf(req)
    if (kit.settings.AUTH_ENABLE_OAUTH && (which === 'login' || which === 'register'))
      values.providers = await shownProviders(kit)
    if (which === 'changeEmail' && kit.userOf(req)) return { ...values, codeDue: await isFactorDue(kit, req) }
    if (which === 'login' && offer) return { ...values, passkey: await offer(req, res) }
    if (which !== 'register') return values
    return { ...values, claimed: await isClaimed(kit.db, kit.config, kit.settings.ENVIRONMENT) }
  }
  const again: AuthPages['again'] = (which) =>
    answerErrors(kit, (req: Request, res: Response, problem) => {
      const shown = shownAfter(which, problem, !byName && hasMail)
      const showAgain = (values: FormValues) => show(res, shown, values, { problem })
      // If the database cannot say whether the owner is claimed, the form stays complete.
      filled(shown, req, res).then(showAgain, () => showAgain(valuesOf(req)))
    })
  const notThere = answerErrors(kit, (_req, res, problem) => {
    const body = html`<p class="other"><a href="${kit.at.home}">${say('back_to_app')}</a></p>`
    answer(res, { title: say('not_found'), body, problem })
  })
  return { valuesOf, show, filled, again, notThere }
}

/** Returns the form to show after a problem; without mail, never one that sends a link. */
function shownAfter(which: PageName, problem: Problem, canForget: boolean): PageName {
  if (problem.code === 'email_not_verified') return 'resend'
  if (problem.code === 'authentication_required') return 'login'
  const instead = (isAbout(problem, 'token') && INSTEAD[which]) || which
  return instead === 'forgot' && which === 'reset' && !canForget ? 'login' : instead
}
