import * as real from '../../../../../src/phases/6-isolation/requests/private-answers.js'
import { replacing } from '../../../../gate/replace/replacing.js'
import { afterwards } from './afterwards.js'

export default replacing(
  import.meta.url,
  '../../../../../src/phases/6-isolation/requests/private-answers.js',
  {
    /** An answer to one user is kept and sent to the next caller at the same client address. */
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
    /** A header counts the writes of all users. */
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
    /** A page may be stored. */
    keptPages: {
      privateAnswers: (kit) =>
        afterwards(real.privateAnswers(kit), kit, (res) => {
          if (res.getHeader('cache-control') === 'no-store')
            res.setHeader('Cache-Control', 'private, no-cache')
        }),
    },
    /** The id of the requested row is a variable of the module, read a moment later. */
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
    /** The ETag header is removed. */
    noEtag: {
      privateAnswers: (kit) => afterwards(real.privateAnswers(kit), kit, (res) => res.removeHeader('ETag')),
    },
    /** Answers lack `Vary`, so that caches do not know they differ by login. */
    noVary: {
      privateAnswers: (kit) =>
        afterwards(real.privateAnswers(kit), kit, (res, { vary }) => {
          if (vary === undefined) res.removeHeader('Vary')
          else res.setHeader('Vary', vary)
        }),
    },
    /** The app's own cache headers are kept. */
    none: {
      privateAnswers: () => (_req, _res, next) => next(),
    },
    /** Browsers store every answer, for any user. */
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
