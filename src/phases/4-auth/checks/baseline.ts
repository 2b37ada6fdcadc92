import { baselineCheck } from '../../../tools/gate/traffic/baseline-check.js'

export const baseline = baselineCheck('auth', [
  {
    name: 'the owner with a login is refused',
    names: 'answers the owner otherwise: status',
    by: {
      edit: [
        {
          file: 'dist/phases/4-auth/refuse.js',
          find: 'String(person.id) !== String(owner.id)',
          replace: 'true',
        },
      ],
    },
  },
])
