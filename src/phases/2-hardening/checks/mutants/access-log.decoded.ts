import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../access-log.js'

/** The decoded path is printed. */
export default replacing(import.meta.url, '../../access-log.js', {
  accessLog(kit) {
    const log = real.accessLog(kit)
    return (req, res, next) => {
      const sent = req.url
      res.once('close', () => console.log(`asked for ${decodeURIComponent(sent)}`))
      log(req, res, next)
    }
  },
} satisfies Partial<typeof real>)
