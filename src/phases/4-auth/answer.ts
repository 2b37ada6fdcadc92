import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import type { Kit } from '../../core/kit.js'
import { lazily, packages } from '../../core/packages.js'
import { Problem, sendProblem } from '../../core/problem.js'
import { isUnavailable } from '../../database/unavailable.js'

/** How a call was sent. What both ways share is in `ENDPOINTS`; pages answer in their own way. */
export type SentBy = 'api' | 'form'

const parseJson = lazily(() =>
  packages.express.json({ limit: '10kb', inflate: false, type: 'application/json' }),
)

const CHARSET = /;\s*charset\s*=\s*"?(?!utf-8\b)/i

/** Reads a JSON body of at most 10 kB. Anything else is 415, so that no plain form of another site is accepted. */
export const jsonBody: RequestHandler = (req, res, next) => {
  if (!req.is('application/json') || CHARSET.test(req.get('content-type') ?? ''))
    return next(new Problem('unsupported_media_type'))
  parseJson()(req, res, next)
}

export const noStore: RequestHandler = (_req, res, next) => {
  res.set('Cache-Control', 'no-store')
  next()
}

/** Answers 404 at an address of the auth API, whatever the app has there. */
export const nothingHere: RequestHandler = () => {
  throw new Problem('not_found')
}

/** @throws Problem `invalid_request` that names the wrong fields, never their values */
export function read<Shape extends z.ZodType>(shape: Shape, body: unknown): z.output<Shape> {
  const result = z.safeParse(shape, body)
  if (result.success) return result.data
  const errors = result.error.issues.map((issue) => ({ field: issue.path.join('.'), message: issue.message }))
  throw new Problem('invalid_request', undefined, { errors })
}

/** Answers errors of usertwo's handlers. An error that is not a `Problem` is reported and not shown. */
export function answerErrors(
  kit: Kit,
  send: (req: Request, res: Response, problem: Problem) => void = sendProblem,
): ErrorRequestHandler {
  return (error: unknown, req, res, next) => {
    if (res.headersSent) return next(error)
    send(req, res, asProblem(error) ?? unexpected(kit, error, req))
  }
}

function unexpected(kit: Kit, error: unknown, req: Parameters<Kit['report']>[1]): Problem {
  kit.report(error, req)
  return new Problem(isUnavailable(error) ? 'unavailable' : 'internal_error')
}

/** A refusal as it is, or what the router or the body parser found wrong with the request. */
function asProblem(error: unknown): Problem | null {
  if (error instanceof Problem) return error
  // The router could not decode a parameter of the address.
  if (error instanceof URIError) return new Problem('invalid_request')
  const { status, type } = (error ?? {}) as { status?: unknown; type?: unknown }
  if (typeof type !== 'string') return null
  if (status === 413) return new Problem('payload_too_large')
  if (status === 415) return new Problem('unsupported_media_type')
  return typeof status === 'number' && status < 500 ? new Problem('invalid_request') : null
}
