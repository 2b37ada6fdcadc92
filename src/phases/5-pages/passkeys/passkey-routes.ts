import type { Request, Response } from 'express'
import { html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import type { Problem } from '../../../core/problem.js'
import type { Routes } from '../../../express/own-app.js'
import { answerErrors, noStore } from '../../4-auth/answer.js'
import { ACTIONS } from '../../4-auth/endpoints/actions.js'
import { assertRecent } from '../../4-auth/password-login/reauth.js'
import { type Word, wordsIn } from '../../4-auth/words/words.js'
import { confirm, isAboutConfirm, onlySignedIn } from '../forms/confirm.js'
import { formRoute } from '../forms/form-routes.js'
import { errorsOf, HEADERS, pageAnswer } from '../html/page-answer.js'
import { passkeyForms } from './passkey-forms.js'

const DONE = new Map<string, Word>([
  ['added', 'passkeys.added'],
  ['renamed', 'passkeys.renamed'],
  ['removed', 'passkeys.removed'],
])

interface Outcome {
  message?: string | undefined
  problem?: Problem
}

/** The page of the user's passkeys: each is named and can be removed, and one is added, after the password. */
export function passkeyRoutes(kit: Kit): Routes {
  const base = kit.at.pages
  const say = wordsIn(kit.config)
  const answer = pageAnswer(kit)
  const forms = passkeyForms(base, say)
  const { show, failed } = passkeyPage(kit)
  const only = onlySignedIn(kit, '/passkeys')
  const again = failed((req, res, problem) => show(req, res, { problem }))
  const goOn = (done: string) => (_req: Request, res: Response) =>
    res.redirect(303, `${base}/passkeys?done=${done}`)

  /** The form comes back and asks for the password, with these fields kept. */
  const confirmed = (fields: readonly string[]) => {
    const password = confirm(kit, { fields, page: '/passkeys' })
    const asking = failed((req, res, problem) =>
      isAboutConfirm(problem) ? password.again(problem, req, res, () => {}) : show(req, res, { problem }),
    )
    return { before: only, confirm: password.ask, again: asking }
  }

  return (router) => {
    router.get('/passkeys.js', (_req, res) => void res.set(HEADERS).type('js').send(PASSKEY_SCRIPT))
    router.get(
      '/passkeys',
      noStore,
      only,
      (req: Request, res: Response) => {
        const done = DONE.get(String(req.query.done))
        return show(req, res, { message: done && say(done) })
      },
      again,
    )
    formRoute(kit, router, 'beginPasskey', {
      ...confirmed(['name']),
      done: (req, res, options) =>
        answer(res, { title: say('passkeys.add'), body: forms.create(options, req.body.name) }),
    })
    formRoute(kit, router, 'addPasskey', {
      before: only,
      // What the browser made cannot be kept for long: the login was recent when the form was shown.
      confirm: (req, _res, next) => assertRecent(kit, req).then(() => next(), next),
      done: goOn('added'),
      again,
    })
    formRoute(kit, router, 'renamePasskey', { before: only, done: goOn('renamed'), again })
    formRoute(kit, router, 'removePasskey', { ...confirmed(['id']), done: goOn('removed') })
  }
}

/** Shows the page. */
function passkeyPage(kit: Kit) {
  const answer = pageAnswer(kit)
  const say = wordsIn(kit.config)
  const title = say('passkeys.title')
  const forms = passkeyForms(kit.at.pages, say)
  const listOf = ACTIONS.listPasskeys.make(kit)

  async function show(req: Request, res: Response, outcome: Outcome = {}) {
    const errors = outcome.problem ? errorsOf(say, outcome.problem) : {}
    const body = forms.list(await listOf(req, res, 'form'), errors)
    answer(res, { title, body, isWide: true, ...outcome })
  }

  const failed = (shown: (req: Request, res: Response, problem: Problem) => unknown) =>
    answerErrors(kit, (req: Request, res: Response, problem) => {
      Promise.resolve(shown(req, res, problem)).catch((error: unknown) => {
        kit.report(error, req)
        answer(res, { title, body: html``, problem })
      })
    })
  return { show, failed }
}

/**
 * The script of the pages with passkeys. It asks the browser for one, and sends the answer with the form of its page.
 * Browsers from before 2025 do not read options from JSON, so it does where they do not (W3C, Web Authentication, 5.1.8).
 */
const PASSKEY_SCRIPT = `'use strict'
const form = document.querySelector('form[data-passkey]')
const button = form.querySelector('button')
const message = form.querySelector('[role=alert]')
const creates = 'creates' in form.dataset
const has = window.PublicKeyCredential
const options = JSON.parse(form.dataset.passkey)
const shared = document.getElementById('shared_computer')

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (one) => one.charCodeAt(0))
const encoded = (buffer) => buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=+$/, '')
const withBytes = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }))
const readOptions = () => {
  if (creates && has.parseCreationOptionsFromJSON) return has.parseCreationOptionsFromJSON(options)
  if (!creates && has.parseRequestOptionsFromJSON) return has.parseRequestOptionsFromJSON(options)
  const read = { ...options, challenge: bytes(options.challenge) }
  if (!creates) return { ...read, allowCredentials: withBytes(options.allowCredentials) }
  return { ...read, user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: withBytes(options.excludeCredentials) }
}
const inJson = (credential) => {
  const { id, type, response } = credential
  const answer = { clientDataJSON: encoded(response.clientDataJSON) }
  if (creates) Object.assign(answer, { attestationObject: encoded(response.attestationObject), transports: response.getTransports?.() ?? [] })
  else Object.assign(answer, { authenticatorData: encoded(response.authenticatorData), signature: encoded(response.signature), userHandle: encoded(response.userHandle) })
  return { id, rawId: id, type, response: answer }
}
const send = (credential) => {
  form.elements.credential.value = JSON.stringify(inJson(credential))
  if (shared) form.elements.shared_computer.disabled = !shared.checked
  form.requestSubmit()
}

// The field for the login lists passkeys, until the button asks for one.
const listing = { abort() {} }
const list = async () => {
  if (creates || !(await has.isConditionalMediationAvailable?.())) return
  const until = new AbortController()
  listing.abort = () => until.abort()
  const given = { publicKey: readOptions(), mediation: 'conditional', signal: until.signal }
  navigator.credentials.get(given).then(send, () => {})
}

button.addEventListener('click', async () => {
  if (!has) return
  message.textContent = ''
  listing.abort()
  button.disabled = true
  try {
    send(await navigator.credentials[creates ? 'create' : 'get']({ publicKey: readOptions() }))
  } catch {
    message.textContent = form.dataset.failed
    button.disabled = false
    list()
  }
})
// A page that is restored from the browser's history still has its button disabled.
window.addEventListener('pageshow', () => { button.disabled = false })
if (has) {
  form.hidden = false
  form.querySelector('.note')?.remove()
  list()
}
`
