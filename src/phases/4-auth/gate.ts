import type { Suite } from '../../tools/gate/suite.js'
import { baseline } from './checks/baseline.js'
import { claimNeedsCode } from './checks/claim-needs-code.js'
import { cookieAttributes } from './checks/cookies.js'
import { csrfProof } from './checks/csrf.js'
import { demoClosed } from './checks/demo-closed.js'
import { formsCheck } from './checks/forms.js'
import { loginRoundtrip } from './checks/login-roundtrip.js'
import { loginThrottled } from './checks/login-throttled.js'
import { noEnumeration } from './checks/no-enumeration.js'
import { ownerUnchanged } from './checks/owner-unchanged.js'
import { recovery } from './checks/recovery.js'
import { refresh } from './checks/refresh.js'
import { revokedToken } from './checks/revoked-token.js'
import { stepUp } from './checks/step-up.js'
import { tokenKinds } from './checks/token-kinds.js'
import { tokensAndRoles } from './checks/tokens-and-roles.js'
import { auth } from './phase.js'

export const authSuite: Suite = {
  ...auth,
  checks: [
    baseline,
    claimNeedsCode,
    loginRoundtrip,
    revokedToken,
    tokenKinds,
    refresh,
    csrfProof,
    formsCheck('auth'),
    cookieAttributes,
    loginThrottled,
    noEnumeration,
    recovery,
    stepUp,
    tokensAndRoles,
    demoClosed,
    ownerUnchanged,
  ],
}
