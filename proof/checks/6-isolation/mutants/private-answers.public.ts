import * as real from '../../../../src/phases/6-isolation/requests/private-answers.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { afterwards } from './afterwards.js'

/** Browsers keep what they were answered, whoever asks. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/requests/private-answers.js', {
  privateAnswers: (kit) =>
    afterwards(real.privateAnswers(kit), kit, (res, { vary }) => {
      res.setHeader('Cache-Control', 'public, max-age=600')
      if (vary === undefined) res.removeHeader('Vary')
      else res.setHeader('Vary', vary)
    }),
} satisfies Partial<typeof real>)
