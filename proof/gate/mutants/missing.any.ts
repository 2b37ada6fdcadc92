import { replacing } from '../replace/replacing.js'

/** The app's tables may be as they were. */
export default replacing(import.meta.url, '../../../src/phases/6-isolation/schema/missing.js', {
  assertOwnership: async () => {},
} satisfies Partial<typeof import('../../../src/phases/6-isolation/schema/missing.js')>)
