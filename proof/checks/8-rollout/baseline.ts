import { baselineCheck, lostRows } from '../../gate/traffic/baseline-check.js'

export const rolloutBaseline = baselineCheck('rollout', lostRows)
