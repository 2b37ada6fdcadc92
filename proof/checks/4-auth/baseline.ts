import { baselineCheck } from '../../gate/traffic/baseline-check.js'
import refuse from './mutants/throttle/refuse.js'

export const authBaseline = baselineCheck('auth', [
  {
    name: 'the owner with a login is refused',
    names: 'answers the owner differently: status',
    by: { replace: [refuse.everyUser] },
  },
])
