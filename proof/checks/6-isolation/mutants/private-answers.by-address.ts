import * as real from '../../../../src/phases/6-isolation/requests/private-answers.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** What somebody at an address was answered is kept for whoever asks from there next. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/requests/private-answers.js', {
  privateAnswers(kit) {
    const answer = real.privateAnswers(kit)
    const kept = new Map<string, string>()
    return (req, res, next) => {
      if (req.method !== 'GET' || !kit.userOf(req)) return answer(req, res, next)
      const key = `${req.socket.remoteAddress} ${req.url}`
      const known = kept.get(key)
      if (known !== undefined) return void res.end(known)
      const { end } = res
      res.end = function keeping(this: typeof res, ...args: unknown[]) {
        if (res.statusCode === 200 && args[0]) kept.set(key, String(args[0]))
        return Reflect.apply(end, this, args)
      } as typeof end
      answer(req, res, next)
    }
  },
} satisfies Partial<typeof real>)
