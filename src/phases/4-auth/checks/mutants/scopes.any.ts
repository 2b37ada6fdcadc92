import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** A token may do everything. */
export default replacing(import.meta.url, '../../tokens/scopes.js', {
  scopeRefusal: () => () => null,
} satisfies Partial<typeof import('../../tokens/scopes.js')>)
