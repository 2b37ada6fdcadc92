import { baselineCheck, lostRows } from '../../gate/traffic/baseline-check.js'

export const baseline = baselineCheck('rollout', lostRows)
