import { baselineCheck } from '../../../tools/gate/traffic/baseline-check.js'
import { replay } from '../../../tools/gate/traffic/replay.js'
import { asOperator } from './operator.js'

export const baseline = {
  ...baselineCheck('hardening', [
    {
      name: 'answers are cleaned beyond recognition',
      names: 'answers the owner otherwise: body',
      by: {
        edit: [
          {
            file: 'phases/2-hardening/clean-body.js',
            find: 'return TELLTALE.test(text) || (status >= 500 && !PLAIN.test(text))',
            replace: 'return true',
          },
        ],
      },
    },
  ]),
  run: (gate: Parameters<typeof replay>[0]) => replay(asOperator(gate)),
}
