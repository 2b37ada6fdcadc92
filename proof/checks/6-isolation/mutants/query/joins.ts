import * as real from '../../../../../src/phases/6-isolation/query/joins.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/6-isolation/query/joins.js', {
  /** Joined tables are not scoped. */
  open: {
    scopeFrom(frame, compiler) {
      frame.tables = frame.tables.map((table) => (table.join ? { ...table, scoped: false } : table))
      return real.scopeFrom(frame, compiler)
    },
  },
} satisfies Record<string, Partial<typeof real>>)
