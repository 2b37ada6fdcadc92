import * as real from '../../../../../src/phases/6-isolation/query/rows/stamp.js'
import { replacing } from '../../../../gate/replace/replacing.js'

type Row = Record<string, unknown> | null | undefined

export default replacing(import.meta.url, '../../../../../src/phases/6-isolation/query/rows/stamp.js', {
  /** The owner that a row names is accepted. */
  believing: {
    stampRows(frame, rows, table) {
      real.stampRows(frame, rows, table)
      return rows
    },
  },
  /** New rows are not stamped. */
  unstamped: {
    stampRows(frame, rows, table) {
      const stamped = real.stampRows(frame, rows, table)
      for (const row of [stamped].flat() as Row[]) if (row) delete row[table.owner!]
      return stamped
    },
  },
} satisfies Record<string, Partial<typeof real>>)
