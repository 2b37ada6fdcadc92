import { client } from '../../../src/phases/5-pages/phase.js'
import type { Suite } from '../../gate/run/suite.js'
import { baselineCheck } from '../../gate/traffic/baseline-check.js'
import { badgeCheck } from './badge.js'
import { browserFlow } from './browser-flow.js'
import { magicLink } from './magic-link.js'
import guard from './mutants/guard.js'
import { notices } from './notices.js'
import { pageGuard } from './page-guard.js'

const pagesBaseline = baselineCheck('client', [
  {
    name: 'the guard turns the owner away',
    names: 'answers the owner differently: status',
    by: { replace: [guard.turnsOwnerAway] },
  },
])

export const clientSuite: Suite = {
  ...client,
  checks: [pagesBaseline, pageGuard, browserFlow, notices, magicLink, badgeCheck],
}
