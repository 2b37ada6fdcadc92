import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../query/statement.js'

/** A merge reaches any row. */
export default replacing(import.meta.url, '../../query/statement.js', {
  scopeStatement(frame, compiler) {
    const { where } = compiler.grouped
    real.scopeStatement(frame, compiler)
    if (compiler.method === 'insert' && compiler.single.merge) compiler.grouped.where = where
  },
} satisfies Partial<typeof real>)
