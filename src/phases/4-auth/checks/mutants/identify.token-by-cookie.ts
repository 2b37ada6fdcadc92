import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../logins/identify.js'
import { tokenTaken } from './token-taken.js'

/** A token is taken from a cookie. */
export default replacing(import.meta.url, '../../logins/identify.js', {
  identify: tokenTaken(real, (req) => req.headers.cookie),
} satisfies Partial<typeof real>)
