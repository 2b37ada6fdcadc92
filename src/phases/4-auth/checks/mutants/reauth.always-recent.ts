import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Every login is recent. */
export default replacing(import.meta.url, '../../reauth.js', {
  assertRecent: async () => {},
} satisfies Partial<typeof import('../../reauth.js')>)
