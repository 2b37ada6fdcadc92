import { baselineCheck } from '../../gate/traffic/baseline-check.js'
import legacy from './mutants/legacy.js'

export const legacyBaseline = baselineCheck('legacy', [
  {
    name: 'a route that is not retired is gone',
    names: /answers the owner differently: status.*410/s,
    by: { replace: [legacy.tooMany] },
  },
])
