// The links, passport-local with forms, as `init --yes` adopts them with ten leaks in them.
import { layApp } from '../lay-app.mjs'
import { LEAKS } from './links.js'
import { namesEach } from './planted.js'

namesEach(LEAKS, {
  file: 'login.js',
  byInit: true,
  encode: (body) => `'${new URLSearchParams(body as Record<string, string>)}'`,
  lay: () => layApp('passport-app'),
})
