import type { Suite } from '../../tools/gate/suite.js'
import { answers } from './checks/answers.js'
import { baseline } from './checks/baseline.js'
import { legacyDifferences } from './checks/differences.js'
import { htmlNeedsLogin } from './checks/html-needs-login.js'
import { htmlUnderApi } from './checks/html-under-api.js'
import { pagesWork } from './checks/pages-work.js'
import { spaRefresh } from './checks/spa-refresh.js'
import { legacy } from './phase.js'

export const legacySuite: Suite = {
  ...legacy,
  differences: legacyDifferences,
  checks: [baseline, answers, htmlUnderApi, htmlNeedsLogin, spaRefresh, pagesWork],
}
