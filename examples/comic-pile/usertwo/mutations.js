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
  ],
}
