import { legacy } from '../../../src/phases/7-legacy/phase.js'
import type { Suite } from '../../gate/run/suite.js'
import { answers } from './answers.js'
import { legacyBaseline } from './baseline.js'
import { legacyDifferences } from './differences.js'
import { htmlNeedsLogin } from './html-needs-login.js'
import { htmlUnderApi } from './html-under-api.js'
import { pagesWork } from './pages-work.js'
import { spaRefresh } from './spa-refresh.js'

export const legacySuite: Suite = {
  ...legacy,
  differences: legacyDifferences,
  checks: [legacyBaseline, answers, htmlUnderApi, htmlNeedsLogin, spaRefresh, pagesWork],
}
