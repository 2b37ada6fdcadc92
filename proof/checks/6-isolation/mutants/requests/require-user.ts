import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sentPath } from '../../../../../src/express/path.js'
import * as real from '../../../../../src/phases/6-isolation/requests/require-user.js'
import { replacing } from '../../../../gate/replace/replacing.js'

const MOST = 100

export default replacing(import.meta.url, '../../../../../src/phases/6-isolation/requests/require-user.js', {
  /** The last answer of each path is kept in a file that every user may read. */
  keptFiles: {
    requireUser(kit) {
      const require = real.requireUser(kit)
      return (req, res, next) => {
        const path = sentPath(req.url)
        if (path.startsWith('/kept/')) return void res.end(readFileSync(join(tmpdir(), path)))
        const { end } = res
        const kept = join(tmpdir(), 'kept')
        res.end = ((...given: [string | Buffer]) => {
          mkdirSync(kept, { recursive: true })
          if (given[0]) writeFileSync(join(kept, path.replace(/\W+/g, '-')), given[0])
          return Reflect.apply(end, res, given)
        }) as typeof end
        require(req, res, next)
      }
    },
  },
  /** No login is required. */
  noLogin: {
    requireUser: () => (_req, _res, next) => next(),
  },
  /** All users at one client address share a budget of a hundred requests. */
  oneBudget: {
    requireUser(kit) {
      const require = real.requireUser(kit)
      const counts = new Map<string | undefined, number>()
      return (req, res, next) => {
        const from = req.socket.remoteAddress
        const count = (counts.get(from) ?? 0) + 1
        counts.set(from, count)
        if (count > MOST) res.writeHead(429).end()
        else require(req, res, next)
      }
    },
  },
  /** Requests of all users wait in one queue, in which each waits for the row of its own user. */
  oneQueueAtARow: {
    requireUser(kit) {
      const require = real.requireUser(kit)
      const { table, id } = kit.config.users
      let queue = Promise.resolve()
      return (req, res, next) => {
        const person = kit.userOf(req)
        if (!person) return require(req, res, next)
        const turn = async () => {
          await kit
            .db(table)
            .where({ [id]: person.id })
            .forUpdate()
            .first(id)
          await new Promise<void>((done) => {
            res.once('close', () => done())
            next()
          })
        }
        queue = queue.then(turn)
      }
    },
  },
  /** Requests of all users wait in one queue. */
  oneQueue: {
    requireUser(kit) {
      const require = real.requireUser(kit)
      let queue = Promise.resolve()
      return (req, res, next) => {
        if (!kit.userOf(req)) return require(req, res, next)
        const turn = () =>
          new Promise<void>((done) => {
            res.once('close', () => done())
            next()
          })
        queue = queue.then(turn)
      }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
