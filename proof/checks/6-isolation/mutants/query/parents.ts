import * as real from '../../../../../src/phases/6-isolation/query/rows/parents.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/6-isolation/query/rows/parents.js', {
  /** A row may be inserted under any parent. */
  any: {
    ownParent(frame, table, column, value, batch) {
      const own = real.ownParent(frame, table, column, value, batch)
      return own === frame.me ? own : value
    },
  },
} satisfies Record<string, Partial<typeof real>>)
