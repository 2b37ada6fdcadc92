import { replacing } from '../replace/replacing.js'

export default replacing(import.meta.url, '../../../src/phases/6-isolation/schema/floor.js', {
  /** The dial may be lowered below the floor. */
  none: {
    assertAboveFloor: async () => {},
  },
} satisfies Record<string, Partial<typeof import('../../../src/phases/6-isolation/schema/floor.js')>>)
