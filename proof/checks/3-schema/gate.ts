import { schema } from '../../../src/phases/3-schema/phase.js'
import type { Suite } from '../../gate/run/suite.js'
import { baselineCheck, lostRows } from '../../gate/traffic/baseline-check.js'
import { appliedTwice } from './applied-twice.js'
import { downCheck } from './down.js'
import { interrupted } from './interrupted.js'
import { otherEmail } from './other-email.js'
import { sequencePastOwner } from './sequence-past-owner.js'
import { shape } from './shape.js'
import { usersStatements } from './statements.js'

const schemaBaseline = baselineCheck('schema', lostRows)

export const schemaSuite: Suite = {
  ...schema,
  checks: [
    schemaBaseline,
    usersStatements,
    shape,
    sequencePastOwner,
    appliedTwice,
    interrupted,
    otherEmail,
    downCheck,
  ],
}
