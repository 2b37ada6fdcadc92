import { baselineCheck } from '../../gate/traffic/baseline-check.js'
import tooMany from './mutants/legacy.too-many.js'

export const legacyBaseline = baselineCheck('legacy', [
  {
    name: 'a route nobody retired is gone',
    names: /answers the owner otherwise: status.*410/s,
    by: { replace: [tooMany] },
  },
])
