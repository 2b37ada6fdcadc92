import type { Request, Response } from 'express'
import type { z } from 'zod'
import type { Config } from '../../../config/config.js'
import type { Kit } from '../../../core/kit.js'
import { Problem } from '../../../core/problem.js'
import { read, type SentBy } from '../answer.js'
import { assertRecent } from '../password-login/reauth.js'
import { signedIn } from '../sessions/signed-in.js'

/** What an endpoint does, for the API and for the form. */
export interface EndpointAction<Done = unknown> {
  /** the schema of the body; without it no body is read */
  body?: (config: Config) => z.ZodType
  /** Refuses a call of the API before its body is read; a form asks for the password in its own way. */
  before?(kit: Kit): (req: Request) => Promise<void>
  /** Made once for a wrapped app. @throws Problem `invalid_request` for a wrong body, and what the action throws */
  make(kit: Kit): (req: Request, res: Response, by: SentBy) => Promise<Done>
  /** Answers a call of the API; default: 204. */
  answer?(res: Response, done: Done): void
}

interface WithBody<Given, Done> extends Pick<EndpointAction<Done>, 'before' | 'answer'> {
  body(config: Config): z.ZodType<Given>
  run(kit: Kit): (req: Request, res: Response, given: Given, by: SentBy) => Promise<Done>
}

/** An action that reads its body by a schema. */
export function bodyAction<Given, Done>({ run, ...more }: WithBody<Given, Done>): EndpointAction<Done> {
  return {
    ...more,
    make(kit) {
      const act = run(kit)
      const shape = more.body(kit.config)
      return async (req, res, by) => act(req, res, read(shape, req.body), by)
    },
  }
}

/** Refuses a call of the API, before its body is read, unless its login is recent. A form asks for the password in its own way. */
export const onlyRecent = (kit: Kit) => async (req: Request) => {
  signedIn(kit, req)
  await assertRecent(kit, req)
}

/** The id that a call names in its path, and a form in a field. */
export const namedId = (req: Request, by: SentBy): string =>
  String(by === 'form' ? req.body.id : req.params.id)

/** Answers with what was made, as JSON. */
export const inJson = <Done>(res: Response, made: Done): void => void res.json(made)

/** Answers 204, or 404 where there was nothing to do it to; a page treats that as success. */
export function orMissing(res: Response, isDone: boolean): void {
  if (!isDone) throw new Problem('not_found')
  res.status(204).end()
}
