import type { Layer, Phase } from '../phase.js'
import { auth as authApi } from './auth.js'
import { baseline } from './checks/baseline.js'
import { claimNeedsCode } from './checks/claim-needs-code.js'
import { cookieAttributes } from './checks/cookies.js'
import { csrfProof } from './checks/csrf.js'
import { formsCheck } from './checks/forms.js'
import { loginRoundtrip } from './checks/login-roundtrip.js'
import { loginThrottled } from './checks/login-throttled.js'
import { noEnumeration } from './checks/no-enumeration.js'
import { ownerUnchanged } from './checks/owner-unchanged.js'
import { revokedToken } from './checks/revoked-token.js'
import { tokenKinds } from './checks/token-kinds.js'
import { csrf } from './csrf.js'
import { identify } from './identify.js'
import { refuse } from './refuse.js'

const outer = (name: string, make: Layer['make']): Layer => ({
  name,
  place: 'outer',
  flag: 'USER_MGMT_ENABLED',
  make,
})

export const auth: Phase = {
  number: 4,
  name: 'auth',
  purpose: 'There are users: the owner claims user 1, logs in and out, and every process agrees who is who.',
  needs: [3],
  flags: ['USER_MGMT_ENABLED'],
  layers: [outer('identify', identify), outer('csrf', csrf), outer('auth', authApi), outer('refuse', refuse)],
  checks: [
    baseline,
    claimNeedsCode,
    loginRoundtrip,
    revokedToken,
    tokenKinds,
    csrfProof,
    formsCheck('auth'),
    cookieAttributes,
    loginThrottled,
    noEnumeration,
    ownerUnchanged,
  ],
  differences: () => [],
}
