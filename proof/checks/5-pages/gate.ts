import { client } from '../../../src/phases/5-pages/phase.js'
import type { Suite } from '../../gate/run/suite.js'
import { badgeCheck } from './badge.js'
import { pagesBaseline } from './baseline.js'
import { browserFlow } from './browser-flow.js'
import { magicLink } from './magic-link.js'
import { notices } from './notices.js'
import { pageGuard } from './page-guard.js'

export const clientSuite: Suite = {
  ...client,
  checks: [pagesBaseline, pageGuard, browserFlow, notices, magicLink, badgeCheck],
}
