import * as real from '../../../../src/phases/6-isolation/requests/private-answers.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** A header counts what the owner writes. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/requests/private-answers.js', {
  privateAnswers(kit) {
    const answer = real.privateAnswers(kit)
    let count = 0
    return (req, res, next) => {
      const person = kit.userOf(req)
      if (person) {
        if (req.method === 'POST' && String(person.id) === String(kit.config.owner.id)) count++
        res.setHeader('X-Total', count)
      }
      answer(req, res, next)
    }
  },
} satisfies Partial<typeof real>)
