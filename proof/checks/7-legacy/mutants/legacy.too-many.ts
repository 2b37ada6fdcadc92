import { Problem } from '../../../../src/core/problem.js'
import { matched } from '../../../../src/express/matched.js'
import * as real from '../../../../src/phases/7-legacy/legacy.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** A route nobody retired is gone. */
export default replacing(import.meta.url, '../../../../src/phases/7-legacy/legacy.js', {
  legacy(kit) {
    const retire = real.legacy(kit)
    return (req, res, next) =>
      matched(req)?.declared?.endsWith('/:id') ? next(new Problem('gone')) : retire(req, res, next)
  },
} satisfies Partial<typeof real>)
