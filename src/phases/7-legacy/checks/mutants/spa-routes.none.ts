import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Pages of the browser code are left to the server. */
export default replacing(import.meta.url, '../../spa-routes.js', {
  spaRoutes: () => (_req, _res, next) => next(),
} satisfies Partial<typeof import('../../spa-routes.js')>)
