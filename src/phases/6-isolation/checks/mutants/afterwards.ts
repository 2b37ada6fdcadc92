import type { RequestHandler, Response } from 'express'
import type { Kit } from '../../../../core/kit.js'
import { ownHeaders } from '../../../2-hardening/own-headers.js'

/** As `layer`, but that `change` has the last word on the headers of who is logged in. */
export function afterwards(
  layer: RequestHandler,
  kit: Pick<Kit, 'userOf'>,
  change: (res: Response, before: { vary: string | undefined }) => void,
): RequestHandler {
  return (req, res, next) => {
    if (!kit.userOf(req)) return layer(req, res, next)
    const before: { vary: string | undefined } = { vary: undefined }
    ownHeaders(res, () => {
      before.vary = res.get('vary')
    })
    layer(req, res, (error) => {
      ownHeaders(res, () => change(res, before))
      next(error)
    })
  }
}
