import * as real from '../../../../src/phases/2-hardening/requests/ops-gate.js'
import { replacing } from '../../../gate/replace/replacing.js'

const ON = { ENABLE_DEBUG_ROUTES: true, ENABLE_INTERNAL_OPS_ROUTES: true }

/** Debug and ops routes are on, whatever their variables say. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/requests/ops-gate.js', {
  opsGate: (kit) => real.opsGate({ ...kit, settings: { ...kit.settings, ...ON } }),
} satisfies Partial<typeof real>)
