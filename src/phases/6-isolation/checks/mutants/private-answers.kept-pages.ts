import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../private-answers.js'
import { afterwards } from './afterwards.js'

/** A page may be kept. */
export default replacing(import.meta.url, '../../private-answers.js', {
  privateAnswers: (kit) =>
    afterwards(real.privateAnswers(kit), kit, (res) => {
      if (res.getHeader('cache-control') === 'no-store') res.setHeader('Cache-Control', 'private, no-cache')
    }),
} satisfies Partial<typeof real>)
