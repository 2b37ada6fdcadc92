import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import type { Kit } from '../../core/kit.js'
import { lazily, packages } from '../../core/packages.js'
import { Problem, problems } from '../../core/problem.js'
import type { Routes } from '../../express/own-app.js'
import { answerErrors, noStore, read } from '../4-auth/answer.js'
import { loginBody, passwordLogin } from '../4-auth/login.js'
import { logoutOf } from '../4-auth/logout.js'
import { authParts } from '../4-auth/parts.js'
import { passwordReset, resetBody } from '../4-auth/password-reset.js'
import { REGISTERED, registerBody, registration } from '../4-auth/register.js'
import { appName } from './app-name.js'
import { type FormValues, forms } from './forms.js'
import { nextPath } from './next-path.js'
import { page } from './page-html.js'
import { SCRIPT } from './page-script.js'
import { STYLE } from './page-style.js'

type Name = 'login' | 'register' | 'logout' | 'reset'

const TITLES: Record<Name, string> = {
  login: 'Log in',
  register: 'Register',
  logout: 'Log out',
  reset: 'Set a new password',
}
const HEADERS = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Opener-Policy': 'same-origin',
}

/** The pages at `config.auth.pages`: log in, register, log out, set a password by a one-time link. Forms first, script second. */
export function pageRoutes(kit: Kit): Routes {
  const { auth } = kit.config
  const name = appName(kit.config)
  const { cookies, limits } = authParts(kit)
  const login = passwordLogin(kit)
  const register = registration(kit)
  const logout = logoutOf(kit)
  const reset = passwordReset(kit)
  const form = forms(auth.pages, () => kit.registrationOpen())

  const show = (
    res: Response,
    which: Name,
    values: FormValues,
    status = 200,
    message?: string,
    wait?: number,
  ) => {
    const body = form[which](values)
    res.status(status).set(HEADERS).type('html')
    // The address of this page holds a secret.
    if (which === 'reset') res.set('Referrer-Policy', 'no-referrer')
    res.send(page({ app: name, title: TITLES[which], base: auth.pages, message, wait, body }))
  }
  const valuesOf = (req: Request): FormValues => {
    const given: Record<string, unknown> = req.method === 'POST' ? (req.body ?? {}) : req.query
    const email =
      req.method === 'POST' && typeof given.email === 'string' ? given.email.slice(0, 254) : undefined
    const token = typeof given.token === 'string' ? given.token.slice(0, 200) : undefined
    return { email, token, next: nextPath(given.next, auth.pages) }
  }
  const signIn = async (req: Request, res: Response) => {
    const { token, csrfToken, expiresIn } = await login(req, read(loginBody, req.body))
    cookies.set(res, token, csrfToken, expiresIn)
    res.redirect(303, valuesOf(req).next)
  }

  return (router) => {
    for (const which of ['login', 'register'] as const)
      router.get(`/${which}`, noStore, (req, res) => {
        if (kit.userOf(req)) return res.redirect(303, valuesOf(req).next)
        show(res, which, valuesOf(req))
      })
    router.get('/logout', noStore, (req, res) => show(res, 'logout', valuesOf(req)))

    router.post('/login', noStore, formBody, limits.login, signIn, again('login'))
    router.post(
      '/register',
      noStore,
      formBody,
      limits.register,
      async (req: Request, res: Response) => {
        await register(req, read(registerBody, req.body))
        try {
          await signIn(req, res)
        } catch (error) {
          // The address belonged to somebody already, whose password this was not.
          if (!(error instanceof Problem) || error.code !== 'invalid_credentials') throw error
          show(res, 'login', valuesOf(req), 200, REGISTERED)
        }
      },
      again('register'),
    )
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
        await reset.use(req, read(resetBody, req.body))
        cookies.clear(res)
        show(res, 'login', { next: '/' }, 200, 'The password is set. Log in with it.')
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

    router.get('/pages.css', (_req, res) => void res.set(HEADERS).type('css').send(STYLE))
    router.get('/pages.js', (_req, res) => void res.set(HEADERS).type('js').send(SCRIPT))
  }

  /** Shows the form again with what was wrong. */
  function again(which: Name): ErrorRequestHandler {
    return answerErrors(kit, (req: Request, res: Response, problem) => {
      res.set(problem.headers)
      show(
        res,
        which === 'reset' && isOver(problem) ? 'login' : which,
        valuesOf(req),
        problem.status,
        wordsOf(problem),
        Number(problem.headers['Retry-After']) || undefined,
      )
    })
  }
}

/** Whether a link cannot be used: then its form is of no use either. */
const isOver = ({ members }: Problem) =>
  ((members.errors ?? []) as { field: string }[]).some(({ field }) => field === 'token')

const parseForm = lazily(() =>
  packages.express.urlencoded({ extended: false, limit: '10kb', inflate: false }),
)

const formBody: RequestHandler = (req, res, next) => {
  if (!req.is('application/x-www-form-urlencoded'))
    return next(new Problem('unsupported_media_type', 'Send the form of this page.'))
  parseForm()(req, res, next)
}

function wordsOf(problem: Problem): string {
  const { title } = problems[problem.code]
  if (problem.code === 'registration_closed')
    return 'Registration is closed: the claim code is missing, wrong or used already.'
  if (problem.code === 'rate_limited') return `Too many attempts. ${problem.detail ?? ''}`.trim()
  const errors = problem.members.errors as { field: string; message: string }[] | undefined
  return errors?.map((error) => error.message).join(' ') || problem.detail || title
}
