import { Problem } from '../../../../src/core/problem.js'
import { matched } from '../../../../src/express/matched.js'
import * as real from '../../../../src/phases/7-legacy/legacy.js'
import { replacing } from '../../../gate/replace/replacing.js'

const ELSEWHERE = { redirect: '/usertwo-elsewhere' }

export default replacing(import.meta.url, '../../../../src/phases/7-legacy/legacy.js', {
  /** Retired routes answer as before. */
  asEver: {
    retireRoutes: () => (_req, _res, next) => next(),
  },
  /** Redirects lead to another path. */
  elsewhere: {
    retireRoutes(kit) {
      const { routes } = kit.config
      const legacy = Object.entries(routes.legacy).map(([route, answer]) => [
        route,
        typeof answer === 'object' ? ELSEWHERE : answer,
      ])
      const config = { ...kit.config, routes: { ...routes, legacy: Object.fromEntries(legacy) } }
      return real.retireRoutes({ ...kit, config })
    },
  },
  /** Only one spelling of the path is retired. */
  oneSpelling: {
    retireRoutes(kit) {
      const retire = real.retireRoutes(kit)
      return (req, res, next) => {
        const { sent = '', declared } = matched(req) ?? {}
        return req.originalUrl === sent + (declared ?? '') ? retire(req, res, next) : next()
      }
    },
  },
  /** A route that is not retired is gone. */
  tooMany: {
    retireRoutes(kit) {
      const retire = real.retireRoutes(kit)
      return (req, res, next) =>
        matched(req)?.declared?.endsWith('/:id') ? next(new Problem('gone')) : retire(req, res, next)
    },
  },
} satisfies Record<string, Partial<typeof real>>)
