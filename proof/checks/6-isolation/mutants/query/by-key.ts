import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/6-isolation/query/by-key.js', {
  /** A write that names another user's row finds nothing. */
  unmarked: {
    markByKey: (compiled) => compiled,
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/phases/6-isolation/query/by-key.js')>>)
