import { Problem } from '../../../../core/problem.js'
import { matched } from '../../../../express/matched.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../legacy.js'

/** A route nobody retired is gone. */
export default replacing(import.meta.url, '../../legacy.js', {
  legacy(kit) {
    const retire = real.legacy(kit)
    return (req, res, next) =>
      matched(req)?.declared?.endsWith('/:id') ? next(new Problem('gone')) : retire(req, res, next)
  },
} satisfies Partial<typeof real>)
