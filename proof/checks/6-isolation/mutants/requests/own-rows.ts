import { entries } from '../../../../../src/core/process/entry.js'
import * as real from '../../../../../src/phases/6-isolation/requests/own-rows.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/6-isolation/requests/own-rows.js', {
  /** The reads of a user run outside of the request, without a user: this layer is the last one in front of the app. */
  outsideRequests: {
    ownRows(kit) {
      const own = real.ownRows(kit)
      return (req, res, next) => {
        if (req.method === 'GET' && kit.userOf(req)) entries.exit(next)
        else if (own) own(req, res, next)
        else next()
      }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
