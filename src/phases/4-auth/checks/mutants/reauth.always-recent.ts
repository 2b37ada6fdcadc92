import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Every login is recent. */
export default replacing(import.meta.url, '../../passwords/reauth.js', {
  assertRecent: async () => {},
} satisfies Partial<typeof import('../../passwords/reauth.js')>)
