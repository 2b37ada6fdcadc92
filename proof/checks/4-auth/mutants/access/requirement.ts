import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/access/requirement.js', {
  /** No route requires a role. */
  nothing: {
    refusal: () => null,
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/phases/4-auth/access/requirement.js')>>)
