import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/sessions/tokens/scopes.js', {
  /** A token may do everything. */
  any: {
    scopeRefusal: () => () => null,
  },
} satisfies Record<
  string,
  Partial<typeof import('../../../../../src/phases/4-auth/sessions/tokens/scopes.js')>
>)
