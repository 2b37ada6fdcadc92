import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../cookies/csrf-token.js'

/** Nothing was made for another person. */
export default replacing(import.meta.url, '../../cookies/csrf-token.js', {
  csrfTokens: (secret) => ({ ...real.csrfTokens(secret), forWhom: () => null }),
} satisfies Partial<typeof real>)
