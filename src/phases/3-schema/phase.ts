import type { Phase } from '../phase.js'
import { appliedTwice } from './checks/applied-twice.js'
import { baseline } from './checks/baseline.js'
import { down } from './checks/down.js'
import { interrupted } from './checks/interrupted.js'
import { otherEmail } from './checks/other-email.js'
import { sequencePastOwner } from './checks/sequence-past-owner.js'
import { shape } from './checks/shape.js'

export const schema: Phase = {
  number: 3,
  name: 'schema',
  purpose: 'The database can hold users, logins and revoked tokens, beside what the app had.',
  needs: [],
  flags: [],
  layers: [],
  checks: [baseline, shape, sequencePastOwner, appliedTwice, interrupted, otherEmail, down],
  differences: () => [],
}
