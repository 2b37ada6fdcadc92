import type { User } from '../../../contract/answers.js'
import { administrator } from '../accounts/administrator.js'
import { loginField } from '../accounts/names.js'
import { invitingBodyOf, oneTimeLinks } from '../admin/one-time-links.js'
import { assertRecent } from '../password-login/reauth.js'
import { registerBodyOf, registration } from '../registration/register.js'
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

export const accountActions = { register, invite, me }
