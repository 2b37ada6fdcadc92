import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../private-answers.js'
import { afterwards } from './afterwards.js'

/** ETags are taken away. */
export default replacing(import.meta.url, '../../private-answers.js', {
  privateAnswers: (kit) => afterwards(real.privateAnswers(kit), kit, (res) => res.removeHeader('ETag')),
} satisfies Partial<typeof real>)
