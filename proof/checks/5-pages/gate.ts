import { client } from '../../../src/phases/5-pages/phase.js'
import type { Suite } from '../../gate/run/suite.js'
import { badge } from './badge.js'
import { baseline } from './baseline.js'
import { browserFlow } from './browser-flow.js'
import { notices } from './notices.js'
import { pageGuard } from './page-guard.js'

export const clientSuite: Suite = {
  ...client,
  checks: [baseline, pageGuard, browserFlow, notices, badge],
}
