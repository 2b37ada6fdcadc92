import type { RequestHandler } from 'express'
import { replacing } from '../../../../tools/gate/replace/replacing.js'

const pass: RequestHandler = (_req, _res, next) => next()

/** Attempts from an address are not counted. */
export default replacing(import.meta.url, '../../throttle/limits.js', {
  authLimits: () => ({ register: pass, forgot: pass, reset: pass, verify: pass, resend: pass }),
  addressFailures: () => ({ take: async () => 'taken', settle: async () => {} }),
} satisfies Partial<typeof import('../../throttle/limits.js')>)
