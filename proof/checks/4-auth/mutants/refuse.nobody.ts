import { loginOf } from '../../../../src/phases/4-auth/sessions/login-state.js'
import * as real from '../../../../src/phases/4-auth/throttle/refuse.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Whoever is logged in can use the app of the owner. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/throttle/refuse.js', {
  refuse(kit) {
    const refuse = real.refuse(kit)
    return (req, res, next) => (loginOf(req).outcome === 'refused' ? refuse(req, res, next) : next())
  },
} satisfies Partial<typeof real>)
