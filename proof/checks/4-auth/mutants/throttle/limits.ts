import type { RequestHandler } from 'express'
import { replacing } from '../../../../gate/replace/replacing.js'

const pass: RequestHandler = (_req, _res, next) => next()

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/attempts/limits.js', {
  /** Attempts from an address are not counted. */
  none: {
    authLimits: () => ({
      register: pass,
      forgot: pass,
      reset: pass,
      verify: pass,
      resend: pass,
      passkey: pass,
      askLink: pass,
      useLink: pass,
      oauth: pass,
    }),
    addressFailures: () => ({ take: async () => 'taken', settle: async () => {} }),
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/phases/4-auth/attempts/limits.js')>>)
