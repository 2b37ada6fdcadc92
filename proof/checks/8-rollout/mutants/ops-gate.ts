import { matched } from '../../../../src/express/matched.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/2-hardening/requests/ops-gate.js', {
  /** Every route is closed, whatever the configuration says. */
  shut: {
    opsGate: () => (req, _res, next) => next(matched(req)?.kind === 'route' ? 'route' : undefined),
  },
} satisfies Record<string, Partial<typeof import('../../../../src/phases/2-hardening/requests/ops-gate.js')>>)
