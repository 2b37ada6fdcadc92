import * as real from '../../../../src/phases/6-isolation/requests/private-answers.js'
import { replacing } from '../../../gate/replace/replacing.js'
import { afterwards } from './afterwards.js'

/** ETags are taken away. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/requests/private-answers.js', {
  privateAnswers: (kit) => afterwards(real.privateAnswers(kit), kit, (res) => res.removeHeader('ETag')),
} satisfies Partial<typeof real>)
