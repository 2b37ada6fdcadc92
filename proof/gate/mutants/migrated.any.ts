import { replacing } from '../replace/replacing.js'

/** Tables of the toolkit's may be missing. */
export default replacing(import.meta.url, '../../../src/phases/3-schema/migrated.js', {
  assertTables: async () => {},
} satisfies Partial<typeof import('../../../src/phases/3-schema/migrated.js')>)
