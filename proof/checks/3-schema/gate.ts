import { schema } from '../../../src/phases/3-schema/phase.js'
import type { Suite } from '../../gate/run/suite.js'
import { appliedTwice } from './applied-twice.js'
import { schemaBaseline } from './baseline.js'
import { downCheck } from './down.js'
import { interrupted } from './interrupted.js'
import { otherEmail } from './other-email.js'
import { sequencePastOwner } from './sequence-past-owner.js'
import { shape } from './shape.js'

export const schemaSuite: Suite = {
  ...schema,
  checks: [schemaBaseline, shape, sequencePastOwner, appliedTwice, interrupted, otherEmail, downCheck],
}
