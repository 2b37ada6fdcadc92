// The albums, with the logins of better-auth, as `init --yes` adopts them with eight leaks in them.
import { layApp } from '../lay-app.mjs'
import { LEAKS } from './albums.js'
import { namesEach } from './planted.js'

namesEach(LEAKS, {
  file: 'app.js',
  byInit: true,
  encode: (body) => `'${JSON.stringify(body)}'`,
  lay: () => layApp('better-auth-app'),
})
