import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Any code claims the owner. */
export default replacing(import.meta.url, '../../people/claim-code.js', {
  isClaimCode: async () => true,
  useClaimCode: async () => true,
} satisfies Partial<typeof import('../../people/claim-code.js')>)
