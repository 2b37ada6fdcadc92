import * as real from '../../../../../src/phases/6-isolation/query/access.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/6-isolation/query/access.js', {
  /**
   * The query layer leaves the table named by the environment variable `UNSCOPED_TABLE` open to all users.
   */
  oneOpen: {
    useTable(frame, table, schema, verb) {
      const use = real.useTable(frame, table, schema, verb)
      return table === process.env.UNSCOPED_TABLE ? { ...use, scoped: false } : use
    },
  },
  /** Only reads are scoped. */
  readsAlone: {
    useTable(frame, table, schema, verb) {
      const use = real.useTable(frame, table, schema, verb)
      return { ...use, scoped: verb === 'read' && use.scoped }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
