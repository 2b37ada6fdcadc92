import { targetOf } from '../../../../src/express/handler.js'
import * as real from '../../../../src/phases/2-hardening/requests/ops-gate.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** What is written with a capital is no operator's. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/requests/ops-gate.js', {
  opsGate(kit) {
    const guard = real.opsGate(kit)
    return (req, res, next) => (/^\/[A-Z]/.test(targetOf(req)) ? next() : guard(req, res, next))
  },
} satisfies Partial<typeof real>)
