import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../private-answers.js'
import { afterwards } from './afterwards.js'

/** Browsers keep what they were answered, whoever asks. */
export default replacing(import.meta.url, '../../private-answers.js', {
  privateAnswers: (kit) =>
    afterwards(real.privateAnswers(kit), kit, (res, { vary }) => {
      res.setHeader('Cache-Control', 'public, max-age=600')
      if (vary === undefined) res.removeHeader('Vary')
      else res.setHeader('Vary', vary)
    }),
} satisfies Partial<typeof real>)
