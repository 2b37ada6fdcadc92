import { replacing } from '../../../gate/replace/replacing.js'

/** A token may do everything. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/sessions/tokens/scopes.js', {
  scopeRefusal: () => () => null,
} satisfies Partial<typeof import('../../../../src/phases/4-auth/sessions/tokens/scopes.js')>)
