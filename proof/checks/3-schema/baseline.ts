import { baselineCheck, lostRows } from '../../gate/traffic/baseline-check.js'

export const schemaBaseline = baselineCheck('schema', lostRows)
