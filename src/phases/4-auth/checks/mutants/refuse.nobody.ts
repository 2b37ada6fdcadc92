import { replacing } from '../../../../tools/gate/replace/replacing.js'
import { loginOf } from '../../logins/login-state.js'
import * as real from '../../throttle/refuse.js'

/** Whoever is logged in can use the app of the owner. */
export default replacing(import.meta.url, '../../throttle/refuse.js', {
  refuse(kit) {
    const refuse = real.refuse(kit)
    return (req, res, next) => (loginOf(req).outcome === 'refused' ? refuse(req, res, next) : next())
  },
} satisfies Partial<typeof real>)
