import * as real from '../../../../../src/phases/2-hardening/requests/access-log.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/2-hardening/requests/access-log.js', {
  /** The decoded path is printed. */
  decoded: {
    accessLog(kit) {
      const log = real.accessLog(kit)
      return (req, res, next) => {
        const sent = req.url
        res.once('close', () => console.log(`asked for ${decodeURIComponent(sent)}`))
        log(req, res, next)
      }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
