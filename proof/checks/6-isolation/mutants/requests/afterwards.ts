import type { ServerResponse } from 'node:http'
import type { Kit } from '../../../../../src/core/kit.js'
import type { Handler } from '../../../../../src/express/handler.js'
import { ownHeaders } from '../../../../../src/phases/2-hardening/answers/own-headers.js'

type Vary = ReturnType<ServerResponse['getHeader']>

/**
 * Wraps `layer`, so that `change` sets the last headers of a logged-in user's answer. The answer may be
 * Node's own object by then, without the methods of Express.
 */
export function afterwards(
  layer: Handler,
  kit: Pick<Kit, 'userOf'>,
  change: (res: ServerResponse, before: { vary: Vary }) => void,
): Handler {
  return (req, res, next) => {
    if (!kit.userOf(req)) return layer(req, res, next)
    const before: { vary: Vary } = { vary: undefined }
    ownHeaders(res, () => {
      before.vary = res.getHeader('vary')
    })
    layer(req, res, (error) => {
      ownHeaders(res, () => change(res, before))
      next(error)
    })
  }
}
