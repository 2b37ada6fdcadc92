import { targetOf } from '../../../../../src/express/handler.js'
import * as real from '../../../../../src/phases/2-hardening/requests/ops-gate.js'
import { replacing } from '../../../../gate/replace/replacing.js'

const ON = { ENABLE_DEBUG_ROUTES: true, ENABLE_INTERNAL_OPS_ROUTES: true }

export default replacing(import.meta.url, '../../../../../src/phases/2-hardening/requests/ops-gate.js', {
  /** A path that begins with a capital letter is not gated. */
  capitals: {
    opsGate(kit) {
      const guard = real.opsGate(kit)
      return (req, res, next) => (/^\/[A-Z]/.test(targetOf(req)) ? next() : guard(req, res, next))
    },
  },
  /** Debug and ops routes are on, whatever their variables say. */
  switchedOn: {
    opsGate: (kit) => real.opsGate({ ...kit, settings: { ...kit.settings, ...ON } }),
  },
} satisfies Record<string, Partial<typeof real>>)
