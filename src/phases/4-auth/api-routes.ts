import type { Kit } from '../../core/kit.js'
import type { Routes } from '../../express/own-app.js'
import { administrator } from './accounts/administrator.js'
import { isByName, loginField } from './accounts/names.js'
import { invitingBodyOf, oneTimeLinks } from './accounts/one-time-links.js'
import { registerBodyOf, registration } from './accounts/register.js'
import { registrationMode } from './accounts/registration-mode.js'
import { answerErrors, jsonBody, noStore, nothingHere, read } from './answer.js'
import { authMail } from './auth-mail.js'
import { clientScript } from './client-script.js'
import { addressBody, askForMail, FORGOTTEN, MAILED, UNVERIFIED } from './links/ask-for-mail.js'
import { CHANGE_MAILED, emailChange, emailChangeBody } from './links/change-email.js'
import { tokenBody } from './links/one-time-token.js'
import { emailVerification, verificationMail } from './links/verify-email.js'
import { authParts } from './parts.js'
import { changeBody, passwordChange } from './passwords/password-change.js'
import { passwordReset, resetBody } from './passwords/password-reset.js'
import { assertRecent, reauthBody, reauthentication } from './passwords/reauth.js'
import { refreshCookie } from './sessions/cookies/refresh-cookie.js'
import { loginBodyOf, passwordLogin } from './sessions/login.js'
import { loginParts } from './sessions/login-parts.js'
import { logoutOf } from './sessions/logout.js'
import { sessions } from './sessions/sessions.js'
import { signedIn } from './sessions/signed-in.js'
import { tokenStyle } from './sessions/token-style.js'

/** What there is to do about an address, where nobody has one. */
const OF_ADDRESSES = [
  '/password/forgot',
  '/verify-email',
  '/verify-email/resend',
  '/email/change',
  '/email/confirm',
]

/** What the auth API answers. */
export function apiRoutes(kit: Kit): Routes {
  const { config } = kit
  const { cookies, csrf, publicKeys } = authParts(kit)
  const { limits, devices } = loginParts(kit)
  const login = passwordLogin(kit)
  const logout = logoutOf(kit)
  const register = registration(kit)
  const forgot = askForMail(kit, FORGOTTEN)
  const reset = passwordReset(kit)
  const change = passwordChange(kit)
  const reauthenticate = reauthentication(kit)
  const resend = askForMail(kit, UNVERIFIED)
  const verification = emailVerification(kit)
  const emailChanges = emailChange(kit)
  const registerBody = registerBodyOf(config)
  const loginBody = loginBodyOf(config)
  const invitingBody = invitingBodyOf(config)
  const links = oneTimeLinks(kit)
  return (api) => {
    api.use(refreshCookie(kit).take)

    api.post('/register', noStore, limits.register, jsonBody, async (req, res) => {
      const { message } = await register(req, read(registerBody, req.body))
      res.status(202).json({ message })
    })

    api.post('/login', noStore, jsonBody, async (req, res) => {
      const style = await tokenStyle(kit)
      const given = read(loginBody, req.body)
      // Our own script in a page keeps no token: it asks for the cookie that a page would get.
      const toPage = req.body.in_cookie === true
      const { login: begun, device } = await login(req, given, toPage || style.refresh !== 'body')
      const answer = toPage ? style.giveToPage(res, begun) : style.give(res, begun)
      if (device !== null) cookies.setDevice(res, device, devices.life)
      res.json(answer)
    })

    api.post('/invites', noStore, jsonBody, async (req, res) => {
      administrator(kit, req)
      await assertRecent(kit, req)
      const given = read(invitingBody, req.body)
      const made = await links.invite(req, given)
      res.status(201).json({ [loginField(config)]: given.login, ...made, mailed: made === null })
    })

    if (isByName(config)) api.all(OF_ADDRESSES, noStore, nothingHere)
    if (authMail(kit)) {
      api.post('/password/forgot', noStore, limits.forgot, jsonBody, async (req, res) => {
        await forgot(req, read(addressBody, req.body))
        res.status(202).json({ message: MAILED })
      })

      api.post('/verify-email/resend', noStore, limits.resend, jsonBody, async (req, res) => {
        await resend(req, read(addressBody, req.body))
        res.status(202).json({ message: MAILED })
      })

      api.post('/email/change', noStore, limits.resend, jsonBody, async (req, res) => {
        await emailChanges.ask(req, read(emailChangeBody, req.body))
        res.status(202).json({ message: CHANGE_MAILED })
      })
    }

    api.post('/email/confirm', noStore, limits.verify, jsonBody, async (req, res) => {
      await emailChanges.confirm(req, read(tokenBody, req.body).token)
      res.status(204).end()
    })

    api.post('/verify-email', noStore, limits.verify, jsonBody, async (req, res) => {
      await verification.use(req, read(tokenBody, req.body).token)
      res.status(204).end()
    })

    api.post('/password/reset', noStore, limits.reset, jsonBody, async (req, res) => {
      const { device } = await reset.use(req, read(resetBody, req.body))
      cookies.setDevice(res, device, devices.life)
      res.status(204).end()
    })

    api.post('/password/change', noStore, jsonBody, async (req, res) => {
      await change(req, res, read(changeBody, req.body))
      res.status(204).end()
    })

    api.post('/reauth', noStore, jsonBody, async (req, res) => {
      const { answer } = await reauthenticate(req, res, read(reauthBody, req.body))
      res.json(answer)
    })

    if (kit.settings.AUTH_COOKIE_REFRESH && kit.has('client'))
      api.get('/continue', noStore, async (req, res) => {
        const { continuing } = await import('./sessions/refresh/continuing.js')
        await continuing(kit)(req, res)
      })

    if (kit.settings.TOKEN_STYLE === 'refresh')
      api.post('/refresh', noStore, async (req, res, next) => {
        const { refreshing } = await import('./sessions/refresh/refreshing.js')
        await refreshing(kit)(req, res, next)
      })
    // Without refresh tokens of ours those of the app's demo login would be exchanged still.
    else if (config.demo) api.all('/refresh', noStore, nothingHere)

    api.post('/logout', noStore, async (req, res) => {
      await logout(req, res)
      res.status(204).end()
    })

    api.get('/me', noStore, (req, res) => {
      const { id, username, email, roles, permissions, isAdmin } = signedIn(kit, req)
      res.json({ id, username, email, roles, permissions, is_admin: isAdmin })
    })

    api.get('/csrf', noStore, (req, res) => {
      const { sessionId, id } = signedIn(kit, req)
      const csrfToken = csrf.of(sessionId, id)
      cookies.setCsrf(res, csrfToken)
      res.json({ csrfToken })
    })

    api.get('/config', noStore, async (_req, res) => {
      const { name, refresh } = await tokenStyle(kit)
      res.json({
        user_management: true,
        token_style: name,
        refresh,
        registration: registrationMode(kit),
        login: loginField(config),
        email_verification: verificationMail(kit) !== null,
        csrf: { cookie: cookies.csrf, header: 'X-CSRF-Token' },
        pages: config.auth.pages,
      })
    })

    api.get('/client.js', clientScript())

    if (publicKeys.length > 0)
      // RFC 7517, 8.5.1: whoever takes our tokens asks for the keys once in a while.
      api.get('/jwks.json', (_req, res) => {
        res.set('Cache-Control', 'public, max-age=300').json({ keys: publicKeys })
      })

    api.use('/sessions', sessions(kit))
    api.use(answerErrors(kit))
  }
}
