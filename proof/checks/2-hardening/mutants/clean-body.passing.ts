import { replacing } from '../../../gate/replace/replacing.js'

/** Words of the driver are passed on. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/answers/clean-body.js', {
  cleanBody: (text) => text,
} satisfies Partial<typeof import('../../../../src/phases/2-hardening/answers/clean-body.js')>)
