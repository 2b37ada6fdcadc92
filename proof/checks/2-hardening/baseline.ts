import { baselineCheck } from '../../gate/traffic/baseline-check.js'
import cleanBody from './mutants/answers/clean-body.js'
import { asOperator } from './operator.js'

export const hardeningBaseline = baselineCheck(
  'hardening',
  [
    {
      name: 'answers are cleaned beyond recognition',
      names: 'answers the owner differently: body',
      by: { replace: [cleanBody.nothingLeft] },
    },
  ],
  asOperator,
)
