import * as real from '../../../../src/phases/6-isolation/requests/private-answers.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** A header counts what everybody writes. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/requests/private-answers.js', {
  privateAnswers(kit) {
    const answer = real.privateAnswers(kit)
    let count = 0
    return (req, res, next) => {
      if (kit.userOf(req)) {
        if (req.method === 'POST') count++
        res.setHeader('X-Total', count)
      }
      answer(req, res, next)
    }
  },
} satisfies Partial<typeof real>)
