import type { Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import type { Kit } from '../../../../core/kit.js'
import { Problem } from '../../../../core/problem.js'
import { jsonBody, read } from '../../answer.js'
import { noteRefusal } from '../../audit.js'
import { refreshTokenOf } from '../cookies/refresh-cookie.js'
import { sameOrigin } from '../cookies/same-origin.js'
import { deliveryOf } from '../delivery.js'
import type { CurrentLogin } from '../logins.js'
import { refreshParts } from './refresh-parts.js'

const body = z.object({ refresh_token: z.string('Give the refresh token as text.') })

/** `POST /refresh`: exchanges a refresh token for the next tokens of its login. Every invalid token gets the same answer. */
export function refreshing(kit: Kit): RequestHandler {
  const { rotate } = refreshParts(kit)
  const { CORS_ORIGINS: listed = [], TRUST_PROXY: hops, AUTH_COOKIE_REFRESH: inCookie } = kit.settings

  async function answer(req: Request, res: Response, login: CurrentLogin | null): Promise<void> {
    const delivery = await deliveryOf(kit)
    if (!login) {
      noteRefusal(kit, req, 'refresh_refused')
      if (inCookie) delivery.clear(res)
      throw new Problem('authentication_required')
    }
    res.json(delivery.give(res, login))
  }

  /** The browser sends the cookie by itself, so these headers must show that a page of the app asks. */
  async function byCookie(req: Request, res: Response): Promise<void> {
    const isOwn = sameOrigin(req, listed, hops) === 'yes' && req.headers['sec-fetch-site'] !== 'cross-site'
    if (!isOwn) {
      noteRefusal(kit, req, 'csrf_refused')
      throw new Problem('csrf_failed')
    }
    const token = refreshTokenOf(req)
    await answer(req, res, token === null ? null : await rotate(req, token))
  }

  if (inCookie) return byCookie
  return (req, res, next) =>
    jsonBody(req, res, (error?: unknown) => {
      if (error) return next(error)
      const asked = async () => answer(req, res, await rotate(req, read(body, req.body).refresh_token))
      asked().catch(next)
    })
}
