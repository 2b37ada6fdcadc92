import * as real from '../../../../src/phases/6-isolation/requests/private-answers.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { afterwards } from './afterwards.js'

/** Caches are not told that an answer is another with another login. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/requests/private-answers.js', {
  privateAnswers: (kit) =>
    afterwards(real.privateAnswers(kit), kit, (res, { vary }) => {
      if (vary === undefined) res.removeHeader('Vary')
      else res.setHeader('Vary', vary)
    }),
} satisfies Partial<typeof real>)
