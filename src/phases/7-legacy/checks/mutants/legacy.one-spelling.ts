import { matched } from '../../../../express/matched.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../legacy.js'

/** Only one spelling of the path is retired. */
export default replacing(import.meta.url, '../../legacy.js', {
  legacy(kit) {
    const retire = real.legacy(kit)
    return (req, res, next) => {
      const { sent = '', declared } = matched(req) ?? {}
      return req.originalUrl === sent + (declared ?? '') ? retire(req, res, next) : next()
    }
  },
} satisfies Partial<typeof real>)
