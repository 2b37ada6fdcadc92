import * as real from '../../../../src/phases/4-auth/sessions/identify.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { tokenTaken } from './token-taken.js'

/** A token is taken from a cookie. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/identify.js', {
  identify: tokenTaken(real, (req) => req.headers.cookie),
} satisfies Partial<typeof real>)
