import { baselineCheck } from '../../../tools/gate/traffic/baseline-check.js'

export const baseline = baselineCheck('legacy', [
  {
    name: 'a route nobody retired is gone',
    names: /answers the owner otherwise: status.*410/s,
    by: {
      edit: [
        {
          file: 'dist/phases/7-legacy/legacy.js',
          find: 'if (answer === undefined ||',
          replace:
            "if (here.declared?.endsWith('/:id')) return next(new Problem('gone')); if (answer === undefined ||",
        },
      ],
    },
  },
])
