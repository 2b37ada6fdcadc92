import { inventorySuite } from '../../checks/1-inventory/gate.js'
import { hardeningSuite } from '../../checks/2-hardening/gate.js'
import { schemaSuite } from '../../checks/3-schema/gate.js'
import { authSuite } from '../../checks/4-auth/gate.js'
import { clientSuite } from '../../checks/5-pages/gate.js'
import { isolationSuite } from '../../checks/6-isolation/gate.js'
import { legacySuite } from '../../checks/7-legacy/gate.js'
import { rolloutSuite } from '../../checks/8-rollout/gate.js'
import type { Suite } from './suite.js'

/** The gates of all phases, in order. */
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
