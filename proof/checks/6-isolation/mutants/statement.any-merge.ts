import * as real from '../../../../src/phases/6-isolation/query/statement.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** A merge reaches any row. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/query/statement.js', {
  scopeStatement(frame, compiler) {
    const { where } = compiler.grouped
    real.scopeStatement(frame, compiler)
    if (compiler.method === 'insert' && compiler.single.merge) compiler.grouped.where = where
  },
} satisfies Partial<typeof real>)
