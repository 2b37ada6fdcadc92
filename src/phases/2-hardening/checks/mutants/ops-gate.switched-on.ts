import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../ops-gate.js'

const ON = { ENABLE_DEBUG_ROUTES: true, ENABLE_INTERNAL_OPS_ROUTES: true }

/** Debug and ops routes are on, whatever their variables say. */
export default replacing(import.meta.url, '../../ops-gate.js', {
  opsGate: (kit) => real.opsGate({ ...kit, settings: { ...kit.settings, ...ON } }),
} satisfies Partial<typeof real>)
