import { loginParts } from '../attempts/login-parts.js'
import { changeBody, passwordChange } from '../password-login/password-change.js'
import { passwordReset, resetBody } from '../password-login/password-reset.js'
import { reauthBody, reauthentication } from '../password-login/reauth.js'
import { deliveryOf } from '../sessions/delivery.js'
import { authParts } from '../sessions/parts.js'
import { bodyAction } from './action.js'

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

export const passwordActions = { reset, changePassword, reauth }
