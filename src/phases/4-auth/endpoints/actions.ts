import type { Request, RequestHandler, Response } from 'express'
import type { z } from 'zod'
import type { DeletionAnswer, ServerConfig, StoredAnswer } from '../../../contract/answers.js'
import type { EndpointName, FormName } from '../../../contract/endpoints.js'
import type { UserId } from '../../../core/context.js'
import type { Kit } from '../../../core/kit.js'
import { onePerApp } from '../../../core/one-per-app.js'
import { loginField } from '../accounts/names.js'
import { registrationMode } from '../accounts/registration-mode.js'
import { clientScript } from '../client-script.js'
import { exists } from '../conditions.js'
import type { Enrolment } from '../factors/enrolment.js'
import { codeBody, enrolBody, verifyBody } from '../factors/given-code.js'
import { verificationMail } from '../links/verify-email.js'
import { type GivenLogin, givingLogin, isInCookie } from '../login/give-login.js'
import { deliveryOf } from '../sessions/delivery.js'
import { authParts } from '../sessions/parts.js'
import { signedIn } from '../sessions/signed-in.js'
import { accountActions } from './account-actions.js'
import { bodyAction, type EndpointAction, inJson, onlyRecent, orMissing } from './action.js'
import { linkActions } from './link-actions.js'
import { oauthActions, shownProviders } from './oauth-actions.js'
import { passkeyActions } from './passkey-actions.js'
import { sessionActions } from './session-actions.js'

/** Loaded with the first call: without the dashboard nothing of it is. */
const stored = () => import('../privacy/stored.js')
const deletion = () => import('../privacy/deletion.js')

/** What is stored about the current user, in numbers. */
const storedAboutMe: EndpointAction<StoredAnswer> = {
  make: (kit) => async (req) => (await stored()).storedAbout(kit, signedIn(kit, req).id),
  answer: inJson,
}

/** It answers by itself, because its answer is a file. */
const exportMine: EndpointAction<UserId> = {
  before: onlyRecent,
  make: (kit) => async (req, res) => {
    const { id } = signedIn(kit, req)
    const [{ sendExport }, { LINES }] = await Promise.all([
      import('../privacy/export.js'),
      import('../privacy/export-lines.js'),
    ])
    await sendExport(kit, { user: id, byLines: req.headers.accept === LINES }, res)
    return id
  },
  answer: () => {},
}

const deleteAccount: EndpointAction<DeletionAnswer> = {
  before: onlyRecent,
  make: (kit) => async (req) => {
    const due = await (await deletion()).askDeletion(kit, req, signedIn(kit, req).id)
    return { due_at: due.toISOString() }
  },
  answer: (res: Response, answer) => void res.status(202).json(answer),
}

/** False: there was nothing to take back. */
const keepAccount: EndpointAction<boolean> = {
  make: (kit) => async (req) => (await deletion()).cancelDeletion(kit, req, signedIn(kit, req).id),
  answer: orMissing,
}

const privacyActions = { storedAboutMe, exportMine, deleteAccount, keepAccount }

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

const factorActions = { enrolTotp, confirmTotp, renewRecoveryCodes, removeTotp, verifyTotp }

const serverConfig: EndpointAction<ServerConfig> = {
  make(kit) {
    const { cookies } = authParts(kit)
    return async () => {
      const { name, refresh } = await deliveryOf(kit)
      return {
        user_management: true,
        token_style: name,
        refresh,
        registration: registrationMode(kit),
        login: loginField(kit.config),
        email_verification: verificationMail(kit) !== null,
        totp: kit.settings.AUTH_ENABLE_TOTP,
        privacy: exists(kit, { only: 'privacy' }),
        passkeys: kit.settings.AUTH_ENABLE_PASSKEYS,
        magic_link: exists(kit, { only: 'magicLink' }),
        providers: kit.settings.AUTH_ENABLE_OAUTH ? await shownProviders(kit) : [],
        csrf: { cookie: cookies.csrf, header: 'X-CSRF-Token' },
        pages: kit.at.pages,
      }
    }
  },
  answer: (res, answer) => res.json(answer),
}

/** Endpoints that answer by themselves: their body or answer is not JSON of one schema. */
export const HANDLERS = {
  refresh: (kit) => async (req, res, next) => {
    const { refreshing } = await import('../sessions/refresh/refreshing.js')
    await refreshing(kit)(req, res, next)
  },
  continue: (kit) => async (req, res) => {
    const { continuing } = await import('../sessions/refresh/continuing.js')
    await continuing(kit)(req, res)
  },
  providerCallback: (kit) => async (req, res, next) => {
    const { oauthCallback } = await import('../oauth/callback.js')
    await oauthCallback(kit)(req, res, next)
  },
  clientScript,
  // RFC 7517, 8.5.1: clients that verify our tokens ask for the keys now and then.
  publicKeys: (kit) => (_req, res) => {
    res.set('Cache-Control', 'public, max-age=300').json({ keys: authParts(kit).publicKeys })
  },
} as const satisfies Partial<Record<EndpointName, (kit: Kit) => RequestHandler>>

/** What each of the other endpoints does, by its name in `ENDPOINTS`. */
export const ACTIONS = {
  ...accountActions,
  ...sessionActions,
  ...factorActions,
  ...privacyActions,
  ...passkeyActions,
  ...linkActions,
  ...oauthActions,
  config: serverConfig,
} as const satisfies Record<Exclude<EndpointName, keyof typeof HANDLERS>, EndpointAction>

/** What the action of a form returns. */
export type DoneOf<Name extends FormName> = Awaited<ReturnType<ReturnType<(typeof ACTIONS)[Name]['make']>>>
