import { indexIn } from '../../../../../src/config/config.js'
import * as real from '../../../../../src/express/public-route.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/express/public-route.js', {
  /** The first page of the app is public. */
  firstPage: {
    isPublic(config) {
      const open = real.isPublic(config)
      return (req) => req.url === indexIn(config) || open(req)
    },
  },
} satisfies Record<string, Partial<typeof real>>)
