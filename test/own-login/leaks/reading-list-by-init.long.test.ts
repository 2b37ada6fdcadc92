// The reading list with the same leaks as `init --yes` adopts it: its own configuration, recording and rows.
import { layForInit } from '../lay-reading-list.js'
import { namesEach } from './planted.js'
import { LEAKS } from './reading-list.js'

namesEach(LEAKS, {
  file: 'app.js',
  byInit: true,
  encode: (body) => JSON.stringify(JSON.stringify(body)),
  lay: layForInit,
})
