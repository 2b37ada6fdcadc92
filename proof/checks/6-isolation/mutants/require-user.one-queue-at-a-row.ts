import * as real from '../../../../src/phases/6-isolation/requests/require-user.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Requests of everybody stand in one queue, in which each waits for the row of its own person. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/requests/require-user.js', {
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
} satisfies Partial<typeof real>)
