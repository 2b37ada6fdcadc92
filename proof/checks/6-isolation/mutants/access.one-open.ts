import * as real from '../../../../src/phases/6-isolation/query/access.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** The query layer leaves one table open to everybody; its name stands in the environment. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/query/access.js', {
  useTable(frame, table, schema, verb) {
    const use = real.useTable(frame, table, schema, verb)
    return table === process.env.UNSCOPED_TABLE ? { ...use, scoped: false } : use
  },
} satisfies Partial<typeof real>)
