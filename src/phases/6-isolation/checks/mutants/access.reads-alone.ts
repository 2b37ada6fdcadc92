import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../query/access.js'

/** Only reads are scoped. */
export default replacing(import.meta.url, '../../query/access.js', {
  useTable(frame, table, schema, verb) {
    const use = real.useTable(frame, table, schema, verb)
    return { ...use, scoped: verb === 'read' && use.scoped }
  },
} satisfies Partial<typeof real>)
