// The reading list, whose login answers with a token, as it is adopted by hand with leaks in it.
import { layReadingList } from '../lay-reading-list.js'
import { namesEach } from './planted.js'
import { LEAKS } from './reading-list.js'

namesEach(LEAKS, {
  file: 'app.js',
  byInit: false,
  encode: (body) => JSON.stringify(body),
  lay: layReadingList,
})
