import type { Kit } from '../../core/kit.js'
import type { Routes } from '../../express/own-app.js'
import { answerErrors, jsonBody, noStore, read } from './answer.js'
import { loginBody, passwordLogin } from './login.js'
import { logoutOf } from './logout.js'
import { authParts } from './parts.js'
import { passwordReset, resetBody } from './password-reset.js'
import { REGISTERED, registerBody, registration } from './register.js'
import { sessions } from './sessions.js'
import { signedIn } from './signed-in.js'

/** What the auth API answers. */
export function apiRoutes(kit: Kit): Routes {
  const { config } = kit
  const { cookies, csrf, limits } = authParts(kit)
  const login = passwordLogin(kit)
  const logout = logoutOf(kit)
  const register = registration(kit)
  const reset = passwordReset(kit)
  return (api) => {
    api.post('/register', noStore, limits.register, jsonBody, async (req, res) => {
      await register(req, read(registerBody, req.body))
      res.status(202).json({ message: REGISTERED })
    })

    api.post('/login', noStore, limits.login, jsonBody, async (req, res) => {
      const { token, csrfToken, expiresIn } = await login(req, read(loginBody, req.body))
      cookies.set(res, token, csrfToken, expiresIn)
      res.json({ access_token: token, token_type: 'Bearer', expires_in: expiresIn })
    })

    api.post('/password/reset', noStore, limits.reset, jsonBody, async (req, res) => {
      await reset.use(req, read(resetBody, req.body))
      res.status(204).end()
    })

    api.post('/logout', noStore, async (req, res) => {
      await logout(req, res)
      res.status(204).end()
    })

    api.get('/me', noStore, (req, res) => {
      const { id, username, email, roles, isAdmin } = signedIn(kit, req)
      res.json({ id, username, email, roles, is_admin: isAdmin })
    })

    api.get('/csrf', noStore, (req, res) => {
      const csrfToken = csrf.of(signedIn(kit, req).sessionId)
      cookies.setCsrf(res, csrfToken)
      res.json({ csrfToken })
    })

    api.get('/config', noStore, (_req, res) => {
      res.json({
        user_management: true,
        token_style: 'bearer',
        registration: kit.registrationOpen() ? 'open' : 'owner-only',
        csrf: { cookie: cookies.csrf, header: 'X-CSRF-Token' },
        pages: config.auth.pages,
      })
    })

    api.use('/sessions', sessions(kit))
    api.use(answerErrors(kit))
  }
}
