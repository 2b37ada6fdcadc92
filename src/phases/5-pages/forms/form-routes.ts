import type { ErrorRequestHandler, Request, RequestHandler, Response, Router } from 'express'
import { ENDPOINTS, type FormName } from '../../../contract/endpoints.js'
import type { Kit } from '../../../core/kit.js'
import { noStore } from '../../4-auth/answer.js'
import { loginParts } from '../../4-auth/attempts/login-parts.js'
import { exists } from '../../4-auth/conditions.js'
import { ACTIONS, type DoneOf } from '../../4-auth/endpoints/actions.js'
import { formBody } from './form-body.js'

interface FormRoute<Name extends FormName> {
  /** refuses, or goes elsewhere, before the form is read */
  before?: RequestHandler
  /** refuses by the fields of the form */
  confirm?: RequestHandler
  /** answers when it is done */
  done(req: Request, res: Response, done: DoneOf<Name>): unknown
  /** shows what was wrong */
  again: ErrorRequestHandler
}

/** Adds the route of a form, which does the same as its endpoint; none if this configuration has none. */
export function formRoute<Name extends FormName>(
  kit: Kit,
  router: Router,
  name: Name,
  { before, confirm, done, again }: FormRoute<Name>,
): void {
  const { limit, form } = ENDPOINTS[name]
  if (!exists(kit, form)) return
  const act = ACTIONS[name].make(kit) as (req: Request, res: Response, by: 'form') => Promise<DoneOf<Name>>
  // A form with only a button, such as the one that logs out, may be sent without a body.
  const parse = ACTIONS[name].body || confirm ? formBody : undefined
  const first = [before, parse, limit && loginParts(kit).limits[limit], confirm]
  router.post(
    form.path,
    noStore,
    ...first.filter((one) => one !== undefined),
    async (req: Request, res: Response) => {
      await done(req, res, await act(req, res, 'form'))
    },
    again,
  )
}
