import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** A new user is given no settings. */
export default replacing(import.meta.url, '../../schema/per-user.js', {
  copyPerUserRows: async () => [],
} satisfies Partial<typeof import('../../schema/per-user.js')>)
