import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Nothing is required of anybody. */
export default replacing(import.meta.url, '../../roles/requirement.js', {
  refusal: () => null,
} satisfies Partial<typeof import('../../roles/requirement.js')>)
