import * as real from '../../../../src/phases/6-isolation/query/access.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Only reads are scoped. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/query/access.js', {
  useTable(frame, table, schema, verb) {
    const use = real.useTable(frame, table, schema, verb)
    return { ...use, scoped: verb === 'read' && use.scoped }
  },
} satisfies Partial<typeof real>)
