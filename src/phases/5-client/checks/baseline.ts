import { baselineCheck } from '../../../tools/gate/traffic/baseline-check.js'

export const baseline = baselineCheck('client', [
  {
    name: 'the guard turns the owner away',
    names: 'answers the owner otherwise: status',
    by: {
      edit: [
        {
          file: 'dist/phases/5-client/guard.js',
          find: 'if (kit.userOf(req) || open(req))',
          replace: 'if (open(req))',
        },
        // An app without pages has nothing else that the guard could turn anybody away from.
        {
          file: 'dist/phases/5-client/guard.js',
          find: 'if (!isNavigation(req) && !isPage(req.method, req.originalUrl))',
          replace: 'if (false)',
        },
      ],
    },
  },
])
