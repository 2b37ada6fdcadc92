import * as real from '../../../../src/phases/6-isolation/requests/private-answers.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Which row was asked for is a variable of the module, read a moment later. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/requests/private-answers.js', {
  privateAnswers(kit) {
    const answer = real.privateAnswers(kit)
    let last = ''
    return (req, res, next) => {
      const [id] = /\d+/.exec(req.url) ?? []
      if (req.method !== 'GET' || id === undefined || !kit.userOf(req)) return answer(req, res, next)
      last = id
      setTimeout(() => {
        req.url = req.url.replace(/\d+/, last)
        answer(req, res, next)
      }, 2)
    }
  },
} satisfies Partial<typeof real>)
