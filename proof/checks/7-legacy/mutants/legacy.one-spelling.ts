import { matched } from '../../../../src/express/matched.js'
import * as real from '../../../../src/phases/7-legacy/legacy.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Only one spelling of the path is retired. */
export default replacing(import.meta.url, '../../../../src/phases/7-legacy/legacy.js', {
  legacy(kit) {
    const retire = real.legacy(kit)
    return (req, res, next) => {
      const { sent = '', declared } = matched(req) ?? {}
      return req.originalUrl === sent + (declared ?? '') ? retire(req, res, next) : next()
    }
  },
} satisfies Partial<typeof real>)
