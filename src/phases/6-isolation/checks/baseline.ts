import { baselineCheck } from '../../../gate/traffic/baseline-check.js'

export const baseline = baselineCheck('isolation', [
  {
    name: 'the owner is bound to nobody',
    by: {
      edit: [
        {
          file: 'dist/phases/6-isolation/context.js',
          find: 'actAs(who, next)',
          replace: 'actAs(null, next)',
        },
      ],
    },
  },
])
