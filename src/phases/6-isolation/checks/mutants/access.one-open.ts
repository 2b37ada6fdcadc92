import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../query/access.js'

/** The query layer leaves one table open to everybody; its name stands in the environment. */
export default replacing(import.meta.url, '../../query/access.js', {
  useTable(frame, table, schema, verb) {
    const use = real.useTable(frame, table, schema, verb)
    return table === process.env.UNSCOPED_TABLE ? { ...use, scoped: false } : use
  },
} satisfies Partial<typeof real>)
