import * as real from '../../../../src/phases/2-hardening/requests/cors.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Any origin is reflected. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/requests/cors.js', {
  strictCors: (kit) => (req, res, next) => {
    const CORS_ORIGINS = req.headers.origin ? [req.headers.origin] : []
    real.strictCors({ ...kit, settings: { ...kit.settings, CORS_ORIGINS } })(req, res, next)
  },
} satisfies Partial<typeof real>)
