import { replacing } from '../../../gate/replace/replacing.js'

/** Nothing is required of anybody. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/access/requirement.js', {
  refusal: () => null,
} satisfies Partial<typeof import('../../../../src/phases/4-auth/access/requirement.js')>)
