import { replacing } from '../../../gate/replace/replacing.js'

/** Pages of the browser code are left to the server. */
export default replacing(import.meta.url, '../../../../src/phases/7-legacy/spa-routes.js', {
  spaRoutes: () => (_req, _res, next) => next(),
} satisfies Partial<typeof import('../../../../src/phases/7-legacy/spa-routes.js')>)
