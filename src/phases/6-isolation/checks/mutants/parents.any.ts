import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../query/parents.js'

/** A row may be hung under any other. */
export default replacing(import.meta.url, '../../query/parents.js', {
  ownParent(frame, table, column, value, batch) {
    const own = real.ownParent(frame, table, column, value, batch)
    return own === frame.me ? own : value
  },
} satisfies Partial<typeof real>)
