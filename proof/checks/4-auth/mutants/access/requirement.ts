import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/access/requirement.js', {
  /** Nothing is required of anybody. */
  nothing: {
    refusal: () => null,
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/phases/4-auth/access/requirement.js')>>)
