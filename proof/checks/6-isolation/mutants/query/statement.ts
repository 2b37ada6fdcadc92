import * as real from '../../../../../src/phases/6-isolation/query/statement.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/6-isolation/query/statement.js', {
  /** A merge reaches any row. */
  anyMerge: {
    scopeStatement(frame, compiler) {
      const { where } = compiler.grouped
      real.scopeStatement(frame, compiler)
      if (compiler.method === 'insert' && compiler.single.merge) compiler.grouped.where = where
    },
  },
  /** Counts are not scoped. */
  openCounts: {
    scopeStatement(frame, compiler) {
      const { where, join, columns } = compiler.grouped
      real.scopeStatement(frame, compiler)
      if (columns?.some(({ type }) => type === 'aggregate')) Object.assign(compiler.grouped, { where, join })
    },
  },
} satisfies Record<string, Partial<typeof real>>)
