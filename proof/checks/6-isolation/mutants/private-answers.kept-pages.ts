import * as real from '../../../../src/phases/6-isolation/requests/private-answers.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { afterwards } from './afterwards.js'

/** A page may be kept. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/requests/private-answers.js', {
  privateAnswers: (kit) =>
    afterwards(real.privateAnswers(kit), kit, (res) => {
      if (res.getHeader('cache-control') === 'no-store') res.setHeader('Cache-Control', 'private, no-cache')
    }),
} satisfies Partial<typeof real>)
