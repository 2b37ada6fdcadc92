import { matched } from '../../../../express/matched.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Every route is closed, whatever the configuration says. */
export default replacing(import.meta.url, '../../../2-hardening/ops-gate.js', {
  opsGate: () => (req, _res, next) => next(matched(req)?.kind === 'route' ? 'route' : undefined),
} satisfies Partial<typeof import('../../../2-hardening/ops-gate.js')>)
