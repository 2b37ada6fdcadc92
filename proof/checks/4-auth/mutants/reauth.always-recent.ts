import { replacing } from '../../../gate/replace/replacing.js'

/** Every login is recent. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/passwords/reauth.js', {
  assertRecent: async () => {},
} satisfies Partial<typeof import('../../../../src/phases/4-auth/passwords/reauth.js')>)
