import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../cors.js'

/** Any origin is reflected. */
export default replacing(import.meta.url, '../../cors.js', {
  strictCors: (kit) => (req, res, next) => {
    const CORS_ORIGINS = req.headers.origin ? [req.headers.origin] : []
    real.strictCors({ ...kit, settings: { ...kit.settings, CORS_ORIGINS } })(req, res, next)
  },
} satisfies Partial<typeof real>)
