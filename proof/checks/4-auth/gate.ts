import { auth } from '../../../src/phases/4-auth/phase.js'
import type { Suite } from '../../gate/run/suite.js'
import { baselineCheck } from '../../gate/traffic/baseline-check.js'
import { claimNeedsCode } from './claim-needs-code.js'
import { cookieAttributes } from './cookies.js'
import { csrfProof } from './csrf.js'
import { demoClosed } from './demo-closed.js'
import { secondFactor } from './factors/second-factor.js'
import { stepUpRoutes } from './factors/step-up-routes.js'
import { formsCheck } from './forms.js'
import { loginRoundtrip } from './login-roundtrip.js'
import { loginThrottled } from './login-throttled.js'
import refuse from './mutants/throttle/refuse.js'
import { noEnumeration } from './no-enumeration.js'
import { oauthLogins } from './oauth/oauth-logins.js'
import { chosenRoles } from './own-login/chosen-roles.js'
import { cookieFlags } from './own-login/cookie-flags.js'
import { loginAnswers } from './own-login/login-answers.js'
import { ownCsrf } from './own-login/own-csrf.js'
import { ownLogout } from './own-login/own-logout.js'
import { ownThrottled } from './own-login/own-throttled.js'
import { passwordHashes } from './own-login/password-hashes.js'
import { sessionFixation } from './own-login/session-fixation.js'
import { ownerUnchanged } from './owner-unchanged.js'
import { passkeyLogins } from './passkeys/passkey-logins.js'
import { recovery } from './recovery.js'
import { refresh } from './refresh.js'
import { revokedToken } from './revoked-token.js'
import { stepUp } from './step-up.js'
import { tokenKinds } from './token-kinds.js'
import { tokensAndRoles } from './tokens-and-roles.js'

const authBaseline = baselineCheck('auth', [
  {
    name: 'the owner with a login is refused',
    names: 'answers the owner differently: status',
    by: { replace: [refuse.everyUser] },
  },
])

export const authSuite: Suite = {
  ...auth,
  checks: [
    authBaseline,
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
    secondFactor,
    stepUpRoutes,
    passkeyLogins,
    oauthLogins,
    tokensAndRoles,
    demoClosed,
    ownerUnchanged,
    sessionFixation,
    cookieFlags,
    ownCsrf,
    ownLogout,
    loginAnswers,
    ownThrottled,
    passwordHashes,
    chosenRoles,
  ],
}
