import { replacing } from '../replace/replacing.js'

/** The dial may go back below the floor. */
export default replacing(import.meta.url, '../../../src/phases/6-isolation/schema/floor.js', {
  assertAboveFloor: async () => {},
} satisfies Partial<typeof import('../../../src/phases/6-isolation/schema/floor.js')>)
