import { baselineCheck } from '../../gate/traffic/baseline-check.js'
import guard from './mutants/guard.js'

export const pagesBaseline = baselineCheck('client', [
  {
    name: 'the guard turns the owner away',
    names: 'answers the owner differently: status',
    by: { replace: [guard.turnsOwnerAway] },
  },
])
