// The reading list, whose login answers with a token, as it is adopted by hand with leaks in it.
import { fileURLToPath } from 'node:url'
import { layFolder } from '../../init/play.mjs'
import { namesEach } from './planted.js'
import { LEAKS } from './reading-list.js'

namesEach(LEAKS, {
  file: 'app.js',
  byInit: false,
  encode: (body) => JSON.stringify(body),
  lay: () =>
    layFolder(new URL('../jwt-app', import.meta.url), [
      fileURLToPath(new URL('../../../node_modules', import.meta.url)),
    ]),
})
