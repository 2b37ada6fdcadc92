import { isPublic } from '../../../../src/express/public-route.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/5-pages/guard.js', {
  /** Pages open without a login. */
  open: {
    guard: () => (_req, _res, next) => next(),
  },
  /** Every user is redirected to the login page, from any path: an app may have no pages. */
  turnsOwnerAway: {
    guard({ config }) {
      const open = isPublic(config)
      return (req, res, next) =>
        open(req) ? next() : res.writeHead(302, { Location: `${config.auth.pages}/login` }).end()
    },
  },
} satisfies Record<string, Partial<typeof import('../../../../src/phases/5-pages/guard.js')>>)
