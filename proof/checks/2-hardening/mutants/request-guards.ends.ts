import * as real from '../../../../src/phases/2-hardening/requests/request-guards.js'
import { replacing } from '../../../gate/replace/replacing.js'

const MOST = 100

/** A flood of headers ends the process. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/requests/request-guards.js', {
  requestGuards(kit) {
    const guard = real.requestGuards(kit)
    return (req, res, next) => {
      if (req.rawHeaders.length > 2 * MOST) process.kill(process.pid, 'SIGKILL')
      else guard(req, res, next)
    }
  },
} satisfies Partial<typeof real>)
