import { isUnder } from '../../../../src/phases/4-auth/mount.js'
import * as real from '../../../../src/phases/4-auth/sessions/identify.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { tokenTaken } from './token-taken.js'

/** A token opens the auth API. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/identify.js', {
  identify: tokenTaken(real, (req, { header, mount }) => {
    const sent = req.headers[header]
    return isUnder(req, mount) && typeof sent === 'string' ? sent : undefined
  }),
} satisfies Partial<typeof real>)
