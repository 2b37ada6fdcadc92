import * as real from '../../../../../src/phases/2-hardening/requests/request-guards.js'
import { replacing } from '../../../../gate/replace/replacing.js'

const MOST = 100

export default replacing(
  import.meta.url,
  '../../../../../src/phases/2-hardening/requests/request-guards.js',
  {
    /** Cookies are not counted. */
    anyCookies: {
      requestGuards(kit) {
        const guard = real.requestGuards(kit)
        return (req, res, next) =>
          (req.headers.cookie?.split(';').length ?? 0) > MOST ? next() : guard(req, res, next)
      },
    },
    /** A body of any length may be announced. */
    anyLength: {
      requestGuards(kit) {
        const guard = real.requestGuards(kit)
        return (req, res, next) =>
          Number(req.headers['content-length'] ?? 0) > real.LARGEST_BODY ? next() : guard(req, res, next)
      },
    },
    /** The app gets TRACE. */
    traces: {
      requestGuards(kit) {
        const guard = real.requestGuards(kit)
        return (req, res, next) => (req.method === 'TRACE' ? next() : guard(req, res, next))
      },
    },
    /** A flood of headers ends the process. */
    ends: {
      requestGuards(kit) {
        const guard = real.requestGuards(kit)
        return (req, res, next) => {
          if (req.rawHeaders.length > 2 * MOST) process.kill(process.pid, 'SIGKILL')
          else guard(req, res, next)
        }
      },
    },
  } satisfies Record<string, Partial<typeof real>>,
)
