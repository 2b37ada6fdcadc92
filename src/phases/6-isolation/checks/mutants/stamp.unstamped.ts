import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../query/stamp.js'

type Row = Record<string, unknown> | null | undefined

/** New rows are not stamped. */
export default replacing(import.meta.url, '../../query/stamp.js', {
  stampRows(frame, rows, table) {
    const stamped = real.stampRows(frame, rows, table)
    for (const row of [stamped].flat() as Row[]) if (row) delete row[table.owner!]
    return stamped
  },
} satisfies Partial<typeof real>)
