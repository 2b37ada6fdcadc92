import type { Request } from 'express'
import type { EnrolmentAnswer, RecoveryCodesAnswer } from '../../../contract/answers.js'
import type { Kit } from '../../../core/kit.js'
import { onePerApp } from '../../../core/one-per-app.js'
import { codeBody, enrolBody, verifyBody } from '../factors/bodies.js'
import { assertRecent } from '../passwords/reauth.js'
import { type GivenLogin, givingLogin, isInCookie } from '../sessions/give-login.js'
import { signedIn } from '../sessions/signed-in.js'
import { bodyAction } from './action.js'

/** Loaded with the first call: without a second factor nothing of it is. */
const enrolment = onePerApp(async (kit) => (await import('../factors/enrolment.js')).enrolment(kit))
const secondStep = onePerApp(async (kit) => (await import('../factors/second-step.js')).secondStep(kit))

/** A form asks for the password in its own way. */
const recent = (kit: Kit) => async (req: Request) => {
  signedIn(kit, req)
  await assertRecent(kit, req)
}

const enrolTotp = bodyAction({
  body: () => enrolBody,
  before: recent,
  run:
    (kit) =>
    async (req, _res, { code }): Promise<EnrolmentAnswer> =>
      (await enrolment(kit)).start(req, code),
  answer: (res, made) => res.json(made),
})

const confirmTotp = bodyAction({
  body: () => codeBody,
  before: recent,
  run:
    (kit) =>
    async (req, _res, { code }): Promise<RecoveryCodesAnswer> =>
      (await enrolment(kit)).confirm(req, code),
  answer: (res, made) => res.json(made),
})

const renewRecoveryCodes = bodyAction({
  body: () => codeBody,
  before: recent,
  run:
    (kit) =>
    async (req, _res, { code }): Promise<RecoveryCodesAnswer> =>
      (await enrolment(kit)).renewCodes(req, code),
  answer: (res, made) => res.json(made),
})

const removeTotp = bodyAction({
  body: () => codeBody,
  before: recent,
  run:
    (kit) =>
    async (req, _res, { code }) =>
      (await enrolment(kit)).remove(req, code),
})

const verifyTotp = bodyAction({
  body: () => verifyBody,
  run(kit) {
    const give = givingLogin(kit)
    return async (req, res, given, by): Promise<GivenLogin> => {
      const verify = await secondStep(kit)
      return give(req, res, by, await verify(req, given, await isInCookie(kit, req, by)))
    }
  },
  answer: (res, { answer }) => res.json(answer),
})

export const factorActions = { enrolTotp, confirmTotp, renewRecoveryCodes, removeTotp, verifyTotp }
