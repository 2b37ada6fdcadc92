import type { User } from '../../../contract/answers.js'
import { administrator } from '../accounts/administrator.js'
import { loginField } from '../accounts/names.js'
import { invitingBodyOf, oneTimeLinks } from '../admin/one-time-links.js'
import { loginParts } from '../attempts/login-parts.js'
import { addressBody, askForMail, FORGOTTEN, MAILED, UNVERIFIED } from '../links/ask-for-mail.js'
import { tokenBody } from '../links/one-time-token.js'
import { emailVerification } from '../links/verify-email.js'
import { CHANGE_MAILED, emailChange, emailChangeBody } from '../password-login/change-email.js'
import { changeBody, passwordChange } from '../password-login/password-change.js'
import { passwordReset, resetBody } from '../password-login/password-reset.js'
import { assertRecent, reauthBody, reauthentication } from '../password-login/reauth.js'
import { registerBodyOf, registration } from '../registration/register.js'
import { deliveryOf } from '../sessions/delivery.js'
import { authParts } from '../sessions/parts.js'
import { signedIn } from '../sessions/signed-in.js'
import { bodyAction, type EndpointAction } from './action.js'

const register = bodyAction({
  body: registerBodyOf,
  run(kit) {
    const register = registration(kit)
    return (req, _res, given) => register(req, given)
  },
  answer: (res, { message, verifyToken }) =>
    res.status(202).json({ message, ...(verifyToken && { dev_verify_token: verifyToken }) }),
})

const invite = bodyAction({
  body: invitingBodyOf,
  before: (kit) => async (req) => {
    administrator(kit, req)
    await assertRecent(kit, req)
  },
  run(kit) {
    const links = oneTimeLinks(kit)
    const field = loginField(kit.config)
    return async (req, _res, given) => {
      const made = await links.invite(req, given)
      return { field, login: given.login, made }
    }
  },
  answer: (res, { field, login, made }) =>
    res.status(201).json({ [field]: login, ...made, mailed: made === null }),
})

const me: EndpointAction<User> = {
  make: (kit) => async (req) => {
    const { id, username, email, roles, permissions, isAdmin } = signedIn(kit, req)
    return { id, username, email, roles, permissions: [...permissions], is_admin: isAdmin }
  },
  answer: (res, user) => res.json(user),
}

const reset = bodyAction({
  body: () => resetBody,
  run(kit) {
    const { cookies } = authParts(kit)
    const { devices } = loginParts(kit)
    const links = passwordReset(kit)
    return async (req, res, given, by) => {
      const { device, login } = await links.use(req, given)
      if (by === 'form') (await deliveryOf(kit)).clear(res)
      cookies.setDevice(res, device, devices.life)
      return login
    }
  },
})

const changePassword = bodyAction({ body: () => changeBody, run: passwordChange })

const reauth = bodyAction({
  body: () => reauthBody,
  run: reauthentication,
  answer: (res, { answer }) => res.json(answer),
})

/** Has a link mailed; the answer is the same whether the account exists or not. */
const mailed = (kind: typeof FORGOTTEN) =>
  bodyAction({
    body: () => addressBody,
    run(kit) {
      const ask = askForMail(kit, kind)
      return (req, _res, given) => ask(req, given)
    },
    answer: (res) => res.status(202).json({ message: MAILED }),
  })

const forgot: EndpointAction = mailed(FORGOTTEN)
const resend: EndpointAction = mailed(UNVERIFIED)

const verify = bodyAction({
  body: () => tokenBody,
  run(kit) {
    const verification = emailVerification(kit)
    return (req, _res, { token }) => verification.use(req, token)
  },
})

const changeEmail = bodyAction({
  body: () => emailChangeBody,
  run(kit) {
    const changes = emailChange(kit)
    return (req, _res, given) => changes.ask(req, given)
  },
  answer: (res) => res.status(202).json({ message: CHANGE_MAILED }),
})

const confirmEmail = bodyAction({
  body: () => tokenBody,
  run(kit) {
    const changes = emailChange(kit)
    return (req, _res, { token }) => changes.confirm(req, token)
  },
})

/** What a user does to their own account, by its password and by links that are mailed. */
export const accountActions = {
  register,
  invite,
  me,
  reset,
  changePassword,
  reauth,
  forgot,
  resend,
  verify,
  changeEmail,
  confirmEmail,
}
