import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../query/joins.js'

/** Joined tables are not scoped. */
export default replacing(import.meta.url, '../../query/joins.js', {
  scopeFrom(frame, compiler) {
    frame.tables = frame.tables.map((table) => (table.join ? { ...table, scoped: false } : table))
    return real.scopeFrom(frame, compiler)
  },
} satisfies Partial<typeof real>)
