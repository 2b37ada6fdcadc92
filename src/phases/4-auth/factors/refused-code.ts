import { Problem } from '../../../core/problem.js'

/** The answer to a request whose field `code` is missing or comes at the wrong time. */
export const refusedCode = (message: string) =>
  new Problem('invalid_request', message, { errors: [{ field: 'code', message }] })
