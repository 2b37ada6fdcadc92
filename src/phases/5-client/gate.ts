import type { Suite } from '../../tools/gate/suite.js'
import { badge } from './checks/badge.js'
import { baseline } from './checks/baseline.js'
import { browserFlow } from './checks/browser-flow.js'
import { notices } from './checks/notices.js'
import { pageGuard } from './checks/page-guard.js'
import { client } from './phase.js'

export const clientSuite: Suite = {
  ...client,
  checks: [baseline, pageGuard, browserFlow, notices, badge],
}
