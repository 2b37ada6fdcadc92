import type { Suite } from '../../tools/gate/suite.js'
import { appliedTwice } from './checks/applied-twice.js'
import { baseline } from './checks/baseline.js'
import { down } from './checks/down.js'
import { interrupted } from './checks/interrupted.js'
import { otherEmail } from './checks/other-email.js'
import { sequencePastOwner } from './checks/sequence-past-owner.js'
import { shape } from './checks/shape.js'
import { schema } from './phase.js'

export const schemaSuite: Suite = {
  ...schema,
  checks: [baseline, shape, sequencePastOwner, appliedTwice, interrupted, otherEmail, down],
}
