import { baselineCheck } from '../../gate/traffic/baseline-check.js'
import refuseEverybody from './mutants/refuse.everybody.js'

export const authBaseline = baselineCheck('auth', [
  {
    name: 'the owner with a login is refused',
    names: 'answers the owner otherwise: status',
    by: { replace: [refuseEverybody] },
  },
])
