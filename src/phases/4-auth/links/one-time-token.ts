import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { Problem } from '../../../core/problem.js'
import { API_TEXTS } from '../words/en-api.js'

const OVER = API_TEXTS['refused.link_over']
const GIVE = 'Give the token of the link.'

/** The token of a one-time link, as a client sends it. */
export const tokenField = z.string(GIVE).min(1, GIVE).max(200, OVER)
export const tokenBody = z.object({ token: tokenField })

/** 256 bits; shown once, in the link. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** The only form in which a token is stored. */
export const digestOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** The one answer to a link that cannot be used, whatever the cause. */
export const linkIsOver = () =>
  new Problem('invalid_request', OVER, { errors: [{ field: 'token', message: OVER }] })
