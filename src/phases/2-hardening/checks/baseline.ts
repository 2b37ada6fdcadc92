import { baselineCheck } from '../../../gate/traffic/baseline-check.js'

export const baseline = baselineCheck('hardening', [
  {
    name: 'answers are cleaned beyond recognition',
    by: {
      edit: [{ file: 'server/domain/threads.js', find: 'title: row.title,', replace: 'title: undefined,' }],
    },
  },
])
