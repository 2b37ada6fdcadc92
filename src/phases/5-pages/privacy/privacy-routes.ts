import type { Request, Response } from 'express'
import { html } from '../../../core/html.js'
import type { Kit } from '../../../core/kit.js'
import type { Problem } from '../../../core/problem.js'
import type { Routes } from '../../../express/own-app.js'
import { answerErrors, noStore } from '../../4-auth/answer.js'
import { ACTIONS } from '../../4-auth/endpoints/actions.js'
import { signedIn } from '../../4-auth/sessions/signed-in.js'
import { type Word, wordsIn } from '../../4-auth/words/words.js'
import { confirm, isAboutConfirm, onlySignedIn } from '../forms/confirm.js'
import { formRoute } from '../forms/form-routes.js'
import { HEADERS, pageAnswer } from '../html/page-answer.js'
import { privacyPage } from './privacy-forms.js'

/** The page's script fetches the export. */
const headers = { 'Content-Security-Policy': `${HEADERS['Content-Security-Policy']}; connect-src 'self'` }

const DONE = new Map<string, Word>([
  ['kept', 'privacy.kept'],
  ['confirmed', 'privacy.confirmed'],
])

/** The page of what is stored about the current user: shown, exported and deleted there, the last two after the password. */
export function privacyRoutes(kit: Kit): Routes {
  const base = kit.at.pages
  const answer = pageAnswer(kit)
  const say = wordsIn(kit.config)
  const title = say('privacy.title')
  const only = onlySignedIn(kit, '/privacy')
  const password = confirm(kit, { fields: [], page: '/privacy' })
  const storedAbout = ACTIONS.storedAboutMe.make(kit)

  async function show(req: Request, res: Response, outcome: { message?: string; problem?: Problem } = {}) {
    const isOwner = String(signedIn(kit, req).id) === String(kit.config.owner.id)
    const stored = await storedAbout(req, res, 'form')
    const body = privacyPage(base, say, { stored, isOwner, graceDays: kit.settings.PRIVACY_GRACE_DAYS })
    answer(res, { title, body, isWide: true, headers, ...outcome })
  }
  const again = answerErrors(kit, (req: Request, res: Response, problem) => {
    if (isAboutConfirm(problem)) return password.again(problem, req, res, () => {})
    show(req, res, { problem }).catch((error: unknown) => {
      kit.report(error, req)
      answer(res, { title, body: html``, problem })
    })
  })

  return (router) => {
    router.get('/privacy.js', (_req, res) => void res.set(HEADERS).type('js').send(PRIVACY_SCRIPT))
    router.get(
      '/privacy',
      noStore,
      only,
      (req: Request, res: Response) => {
        const done = DONE.get(String(req.query.done))
        return show(req, res, { message: done && say(done) })
      },
      again,
    )
    const form = { before: only, confirm: password.ask, again }
    formRoute(kit, router, 'exportMine', {
      ...form,
      confirm: password.askForFile('/privacy?done=confirmed'),
      // The file is the answer.
      done: () => {},
    })
    formRoute(kit, router, 'deleteAccount', {
      ...form,
      done: (_req, res) => res.redirect(303, `${base}/privacy`),
    })
    formRoute(kit, router, 'keepAccount', {
      before: only,
      done: (_req, res) => res.redirect(303, `${base}/privacy?done=kept`),
      again,
    })
  }
}

/**
 * The script of the page of a user's data: downloads the export with a progress bar. Where the server answers with something
 * else, such as the page that asks for the password, the form is sent as usual.
 */
const PRIVACY_SCRIPT = `'use strict'
const LINES = 'application/x-ndjson'
const form = document.querySelector('form[data-done]')
const bar = form.querySelector('progress')
const message = form.querySelector('[role=status]')

const piecesOf = async (answer) => {
  const pieces = []
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
  for (let rest = ''; ;) {
    const { value, done } = await reader.read()
    if (done) return pieces
    const lines = (rest + value).split('\\n')
    rest = lines.pop()
    for (const line of lines) {
      const { part, zip } = JSON.parse(line)
      pieces.push(Uint8Array.from(atob(zip), (one) => one.charCodeAt(0)))
      bar.value = part
    }
  }
}
const save = (pieces, name) => {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob(pieces, { type: 'application/zip' }))
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60000)
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  message.textContent = ''
  bar.value = 0
  try {
    const answer = await fetch(form.action, { method: 'POST', headers: { Accept: LINES }, body: new URLSearchParams() })
    if (answer.headers.get('Content-Type') !== LINES) return form.submit()
    bar.hidden = false
    save(await piecesOf(answer), /filename="([^"]+)"/.exec(answer.headers.get('Content-Disposition'))[1])
    message.textContent = form.dataset.done
  } catch {
    message.textContent = form.dataset.failed
  }
  bar.hidden = true
  for (const button of document.querySelectorAll('button[type=submit]')) button.disabled = false
})
`
