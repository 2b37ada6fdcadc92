import type { RequestHandler } from 'express'
import { lazily, packages } from '../../../core/packages.js'
import { Problem } from '../../../core/problem.js'
import { API_TEXTS } from '../../4-auth/words/en-api.js'

/** Reads a form of at most the given size. */
export function formBodyOf(limit: string): RequestHandler {
  const parse = lazily(() => packages.express.urlencoded({ extended: false, limit, inflate: false }))
  return (req, res, next) => {
    if (!req.is('application/x-www-form-urlencoded'))
      return next(new Problem('unsupported_media_type', API_TEXTS['refused.not_a_form']))
    parse()(req, res, next)
  }
}

/** Reads a form of at most 10 kB. */
export const formBody = formBodyOf('10kb')
