import type { Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import { jsonBody, read } from '../answer.js'
import { noteRefusal } from '../refusals.js'
import { tokenStyle } from '../token-style.js'
import { refreshParts } from './refresh-parts.js'

const body = z.object({ refresh_token: z.string('Give the refresh token as text.') })

/** `POST /refresh`: the next tokens of a login for its refresh token. Every one that is not good is answered alike. */
export function refreshing(kit: Kit): RequestHandler {
  const { rotate } = refreshParts(kit)

  async function refresh(req: Request, res: Response): Promise<void> {
    const login = await rotate(req, read(body, req.body).refresh_token)
    if (!login) {
      noteRefusal(kit, req, 'refresh_refused')
      throw new Problem('authentication_required')
    }
    res.json((await tokenStyle(kit)).give(res, login))
  }

  return (req, res, next) =>
    jsonBody(req, res, (error?: unknown) => {
      if (error) next(error)
      else refresh(req, res).catch(next)
    })
}
