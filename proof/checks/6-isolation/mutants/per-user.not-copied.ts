import { replacing } from '../../../gate/replace/replacing.js'

/** A new user is given no settings. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/schema/keys/per-user.js', {
  copyPerUserRows: async () => [],
} satisfies Partial<typeof import('../../../../src/phases/6-isolation/schema/keys/per-user.js')>)
