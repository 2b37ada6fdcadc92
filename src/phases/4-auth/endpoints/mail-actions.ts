import { addressBody, askForMail, FORGOTTEN, MAILED, UNVERIFIED } from '../links/ask-for-mail.js'
import { tokenBody } from '../links/one-time-token.js'
import { emailVerification } from '../links/verify-email.js'
import { CHANGE_MAILED, emailChange, emailChangeBody } from '../password-login/change-email.js'
import { bodyAction, type EndpointAction } from './action.js'

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

export const mailActions = { forgot, resend, verify, changeEmail, confirmEmail }
