import * as real from '../../../../../src/phases/6-isolation/requests/private-answers.js'
import { replacing } from '../../../../gate/replace/replacing.js'
import { afterwards } from './afterwards.js'

export default replacing(
  import.meta.url,
  '../../../../../src/phases/6-isolation/requests/private-answers.js',
  {
    /** What somebody at an address was answered is kept for whoever asks from there next. */
    byAddress: {
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
    },
    /** A header counts what the owner writes. */
    countingOwner: {
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
    },
    /** A header counts what everybody writes. */
    counting: {
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
    },
    /** A page may be kept. */
    keptPages: {
      privateAnswers: (kit) =>
        afterwards(real.privateAnswers(kit), kit, (res) => {
          if (res.getHeader('cache-control') === 'no-store')
            res.setHeader('Cache-Control', 'private, no-cache')
        }),
    },
    /** Which row was asked for is a variable of the module, read a moment later. */
    lastAsked: {
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
    },
    /** ETags are taken away. */
    noEtag: {
      privateAnswers: (kit) => afterwards(real.privateAnswers(kit), kit, (res) => res.removeHeader('ETag')),
    },
    /** Caches are not told that an answer is another with another login. */
    noVary: {
      privateAnswers: (kit) =>
        afterwards(real.privateAnswers(kit), kit, (res, { vary }) => {
          if (vary === undefined) res.removeHeader('Vary')
          else res.setHeader('Vary', vary)
        }),
    },
    /** The app's own words on caches stand. */
    none: {
      privateAnswers: () => (_req, _res, next) => next(),
    },
    /** Browsers keep what they were answered, whoever asks. */
    public: {
      privateAnswers: (kit) =>
        afterwards(real.privateAnswers(kit), kit, (res, { vary }) => {
          res.setHeader('Cache-Control', 'public, max-age=600')
          if (vary === undefined) res.removeHeader('Vary')
          else res.setHeader('Vary', vary)
        }),
    },
  } satisfies Record<string, Partial<typeof real>>,
)
