import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../private-answers.js'
import { afterwards } from './afterwards.js'

/** Caches are not told that an answer is another with another login. */
export default replacing(import.meta.url, '../../private-answers.js', {
  privateAnswers: (kit) =>
    afterwards(real.privateAnswers(kit), kit, (res, { vary }) => {
      if (vary === undefined) res.removeHeader('Vary')
      else res.setHeader('Vary', vary)
    }),
} satisfies Partial<typeof real>)
