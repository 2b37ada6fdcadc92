import { baselineCheck } from '../../gate/traffic/baseline-check.js'
import { replay } from '../../gate/traffic/replay.js'
import nothingLeft from './mutants/clean-body.nothing-left.js'
import { asOperator } from './operator.js'

export const hardeningBaseline = {
  ...baselineCheck('hardening', [
    {
      name: 'answers are cleaned beyond recognition',
      names: 'answers the owner otherwise: body',
      by: { replace: [nothingLeft] },
    },
  ]),
  run: (gate: Parameters<typeof replay>[0]) => replay(asOperator(gate)),
}
