import { replacing } from '../replace/replacing.js'

export default replacing(import.meta.url, '../../../src/phases/6-isolation/schema/missing.js', {
  /** The app's tables may lack owner columns. */
  any: {
    assertOwnership: async () => {},
  },
} satisfies Record<string, Partial<typeof import('../../../src/phases/6-isolation/schema/missing.js')>>)
