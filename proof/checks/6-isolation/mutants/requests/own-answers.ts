import * as real from '../../../../../src/phases/6-isolation/requests/own-answers.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/6-isolation/requests/own-answers.js', {
  /** A header of every answer contains what any user wrote last. */
  lastWritten: {
    ownAnswers(kit) {
      const own = real.ownAnswers(kit)
      let last = ''
      return (req, res, next) => {
        const { body } = req as { body?: unknown }
        if (req.method !== 'GET' && body && kit.userOf(req)) last = JSON.stringify(body)
        if (last && !res.headersSent)
          res.setHeader('x-last-written', encodeURIComponent(last).slice(0, 4_000))
        own(req, res, next)
      }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
