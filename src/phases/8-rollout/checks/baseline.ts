import { baselineCheck, lostRows } from '../../../tools/gate/traffic/baseline-check.js'

export const baseline = baselineCheck('rollout', lostRows)
