import type { ServerResponse } from 'node:http'
import type { Request, Response } from 'express'
import type { Kit } from '../../../core/kit.js'
import { Problem, type ProblemCode } from '../../../core/problem.js'
import type { OauthOutcome, OauthRefusal } from './outcome.js'
import { keepPending } from './pending-cookie.js'
import type { Provider } from './provider/providers.js'

/** For an app without pages. */
const CODES: Record<OauthRefusal, ProblemCode> = {
  failed: 'invalid_credentials',
  away: 'unavailable',
  over: 'invalid_request',
  exists: 'already_exists',
  closed: 'registration_closed',
  no_address: 'registration_closed',
  by_name: 'registration_closed',
  unverified: 'email_not_verified',
  taken: 'already_exists',
  other_login: 'authentication_required',
  busy: 'rate_limited',
}

interface Ended {
  provider: Provider
  outcome: OauthOutcome
}

/** Sends the browser on, with 303: to where it wanted to go, or to a page that says what was wrong. */
export function answerOutcome(kit: Kit): (req: Request, res: Response, ended: Ended) => void {
  const { pages } = kit.at
  const hasPages = kit.has('client')
  const goOn = (res: ServerResponse & Response, path: string) => res.redirect(303, path)

  function refused(req: Request, res: Response, { name }: Provider, why: OauthRefusal): void {
    if (!hasPages) throw new Problem(CODES[why])
    const about = new URLSearchParams({ provider: name, outcome: why })
    const isIn = kit.userOf(req) !== null
    // Whose address has an account logs in to it first, and links the provider on the page of the account.
    if (why === 'exists') about.set('next', `${pages}/account`)
    goOn(res, `${pages}/${isIn ? 'account' : why === 'closed' ? 'register' : 'login'}?${about}`)
  }

  return (req, res, { provider, outcome }) => {
    switch (outcome.kind) {
      case 'in':
        goOn(res, outcome.next)
        return
      case 'due':
        if (!hasPages) return void res.json(outcome.factor)
        keepPending(kit, res, outcome.factor)
        goOn(res, `${pages}/oauth/code?next=${encodeURIComponent(outcome.next)}`)
        return
      case 'linked':
        if (hasPages) goOn(res, `${pages}/account?done=linked`)
        else res.status(204).end()
        return
      case 'refused':
        refused(req, res, provider, outcome.why)
    }
  }
}
