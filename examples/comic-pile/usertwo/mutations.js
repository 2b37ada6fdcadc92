import { unscopedPlaces } from './unscoped.js'

/**
 * Defects of this very app, beside those the toolkit tries on every app: `usertwo gate --prove` demands that the named
 * check sees each one. `file` is the end of a path, `find` the text that is replaced while the app loads it.
 */
const edit = (name, file, find, replace) => ({ name, by: { edit: [{ file, find, replace }] } })

export default {
  'isolation.foreign-ids': [
    edit(
      "somebody else's thread answers 403 and not 404",
      'server/domain/threads.js',
      'if (!thread) throw new HttpError(404,',
      'if (!thread) throw new HttpError(id > 900000000 ? 404 : 403,',
    ),
    edit(
      'a list is kept in memory for whoever asks next',
      'server/domain/threads.js',
      "export const allThreads = () => db('threads').orderBy('queue_position').orderBy('id')",
      "let kept\nexport const allThreads = async () => (kept ??= await db('threads').orderBy('queue_position').orderBy('id'))",
    ),
    edit(
      'an answer is kept by its path alone',
      'server/app.js',
      'app.use(health)',
      `const kept = new Map()
  app.use('/api/admin/export', (req, res, next) => {
    const [{ path }, { send }] = [req, res]
    if (kept.has(path)) return send.call(res, kept.get(path))
    res.send = (body) => send.call(res, (kept.set(path, body), body))
    next()
  })
  app.use(health)`,
    ),
    ...unscopedPlaces,
  ],
}
