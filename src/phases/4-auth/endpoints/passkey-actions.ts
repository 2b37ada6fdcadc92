import { onePerApp } from '../../../core/one-per-app.js'
import { type GivenLogin, givingLogin, isInCookie } from '../login/give-login.js'
import { addBody, beginBody, passkeyLoginBody, renameBody } from '../passkeys/passkey-bodies.js'
import type { PasskeyShown } from '../passkeys/passkey-rows.js'
import { bodyAction, type EndpointAction, inJson, namedId, onlyRecent, orMissing } from './action.js'

/** Loaded with the first call: without passkeys nothing of it is. */
const enrolment = onePerApp(async (kit) =>
  (await import('../passkeys/passkey-enrolment.js')).passkeyEnrolment(kit),
)
const byPasskey = onePerApp(async (kit) => (await import('../passkeys/passkey-login.js')).passkeyLogin(kit))

const beginPasskey = bodyAction({
  body: () => beginBody,
  before: onlyRecent,
  run: (kit) => async (req, res) => (await enrolment(kit)).begin(req, res),
  answer: inJson,
})

const addPasskey = bodyAction({
  body: () => addBody,
  before: onlyRecent,
  run:
    (kit) =>
    async (req, _res, { credential, name }) =>
      (await enrolment(kit)).add(req, credential, name),
  answer: (res, made: PasskeyShown) => res.status(201).json(made),
})

const passkeyChallenge: EndpointAction<object> = {
  make: (kit) => async (req, res) => (await byPasskey(kit)).challenge(req, res),
  answer: inJson,
}

const loginByPasskey = bodyAction({
  body: () => passkeyLoginBody,
  run(kit) {
    const give = givingLogin(kit)
    return async (req, res, given, by): Promise<GivenLogin> => {
      const { logIn } = await byPasskey(kit)
      return give(req, res, by, await logIn(req, given, await isInCookie(kit, req, by)))
    }
  },
  answer: (res, { answer }) => res.json(answer),
})

const listPasskeys: EndpointAction<PasskeyShown[]> = {
  make: (kit) => async (req) => (await enrolment(kit)).list(req),
  answer: inJson,
}

const renamePasskey = bodyAction({
  body: () => renameBody,
  run:
    (kit) =>
    async (req, _res, { name }, by) =>
      (await enrolment(kit)).rename(req, namedId(req, by), name),
  answer: orMissing,
})

const removePasskey: EndpointAction<boolean> = {
  before: onlyRecent,
  make: (kit) => async (req, _res, by) => (await enrolment(kit)).remove(req, namedId(req, by)),
  answer: orMissing,
}

export const passkeyActions = {
  beginPasskey,
  addPasskey,
  passkeyChallenge,
  loginByPasskey,
  listPasskeys,
  renamePasskey,
  removePasskey,
}
