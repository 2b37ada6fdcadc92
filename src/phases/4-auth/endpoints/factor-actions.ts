import type { Request } from 'express'
import type { z } from 'zod'
import { onePerApp } from '../../../core/one-per-app.js'
import type { Enrolment } from '../factors/enrolment.js'
import { codeBody, enrolBody, verifyBody } from '../factors/given-code.js'
import { type GivenLogin, givingLogin, isInCookie } from '../login/give-login.js'
import { bodyAction, type EndpointAction, inJson, onlyRecent } from './action.js'

/** Loaded with the first call: without a second factor nothing of it is. */
const enrolment = onePerApp(async (kit) => (await import('../factors/enrolment.js')).enrolment(kit))
const secondStep = onePerApp(async (kit) => (await import('../factors/second-step.js')).secondStep(kit))

/** An action on the factor of the current user, whose login must be recent. */
function factorAction<Given, Done>(
  schema: z.ZodType<Given>,
  act: (factor: Enrolment, req: Request, given: Given) => Promise<Done>,
  answer?: EndpointAction<Done>['answer'],
): EndpointAction<Done> {
  return bodyAction({
    body: () => schema,
    before: onlyRecent,
    run: (kit) => async (req, _res, given) => act(await enrolment(kit), req, given),
    ...(answer && { answer }),
  })
}

const enrolTotp = factorAction(enrolBody, (factor, req, { code }) => factor.start(req, code), inJson)
const confirmTotp = factorAction(codeBody, (factor, req, { code }) => factor.confirm(req, code), inJson)
const renewRecoveryCodes = factorAction(
  codeBody,
  (factor, req, { code }) => factor.renewCodes(req, code),
  inJson,
)
const removeTotp = factorAction(codeBody, (factor, req, { code }) => factor.remove(req, code))

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
