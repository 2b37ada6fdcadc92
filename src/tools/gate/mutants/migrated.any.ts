import { replacing } from '../replace/replacing.js'

/** Tables of the toolkit's may be missing. */
export default replacing(import.meta.url, '../../../phases/3-schema/migrated.js', {
  assertTables: async () => {},
} satisfies Partial<typeof import('../../../phases/3-schema/migrated.js')>)
