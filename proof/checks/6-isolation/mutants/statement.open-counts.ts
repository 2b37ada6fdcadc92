import * as real from '../../../../src/phases/6-isolation/query/statement.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Counts are not scoped. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/query/statement.js', {
  scopeStatement(frame, compiler) {
    const { where, join, columns } = compiler.grouped
    real.scopeStatement(frame, compiler)
    if (columns?.some(({ type }) => type === 'aggregate')) Object.assign(compiler.grouped, { where, join })
  },
} satisfies Partial<typeof real>)
