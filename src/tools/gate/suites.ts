import { inventorySuite } from '../../phases/1-inventory/gate.js'
import { hardeningSuite } from '../../phases/2-hardening/gate.js'
import { schemaSuite } from '../../phases/3-schema/gate.js'
import { authSuite } from '../../phases/4-auth/gate.js'
import { clientSuite } from '../../phases/5-client/gate.js'
import { isolationSuite } from '../../phases/6-isolation/gate.js'
import { legacySuite } from '../../phases/7-legacy/gate.js'
import { rolloutSuite } from '../../phases/8-rollout/gate.js'
import type { Suite } from './suite.js'

/** What proves each phase, in order. */
export const suites: readonly Suite[] = [
  inventorySuite,
  hardeningSuite,
  schemaSuite,
  authSuite,
  clientSuite,
  isolationSuite,
  legacySuite,
  rolloutSuite,
]
