import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../query/statement.js'

/** Counts are not scoped. */
export default replacing(import.meta.url, '../../query/statement.js', {
  scopeStatement(frame, compiler) {
    const { where, join, columns } = compiler.grouped
    real.scopeStatement(frame, compiler)
    if (columns?.some(({ type }) => type === 'aggregate')) Object.assign(compiler.grouped, { where, join })
  },
} satisfies Partial<typeof real>)
