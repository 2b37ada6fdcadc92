import { baselineCheck } from '../../gate/traffic/baseline-check.js'
import turnsOwnerAway from './mutants/guard.turns-owner-away.js'

export const pagesBaseline = baselineCheck('client', [
  {
    name: 'the guard turns the owner away',
    names: 'answers the owner otherwise: status',
    by: { replace: [turnsOwnerAway] },
  },
])
