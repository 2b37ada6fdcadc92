import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../logins/identify.js'
import { isUnder } from '../../mount.js'
import { tokenTaken } from './token-taken.js'

/** A token opens the auth API. */
export default replacing(import.meta.url, '../../logins/identify.js', {
  identify: tokenTaken(real, (req, { header, mount }) => {
    const sent = req.headers[header]
    return isUnder(req, mount) && typeof sent === 'string' ? sent : undefined
  }),
} satisfies Partial<typeof real>)
