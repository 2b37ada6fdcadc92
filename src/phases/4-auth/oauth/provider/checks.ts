import type { AuthorizationCodeGrantChecks, IDToken } from 'openid-client'
import type { Provider } from './providers.js'

/** What one login by a provider is bound to. */
export interface FlowChecks {
  state: string
  nonce: string
  /** of PKCE (RFC 7636) */
  verifier: string
}

/** What an answer must hold, for the package; without a nonce it takes no ID token. */
export const grantChecks = (
  { state, nonce, verifier }: FlowChecks,
  kind: Provider['kind'],
): AuthorizationCodeGrantChecks => ({
  expectedState: state,
  pkceCodeVerifier: verifier,
  ...(kind === 'oidc' && { expectedNonce: nonce, idTokenExpected: true }),
})

/**
 * Whether an ID token was made for this client. The package looks at `azp` where there are several audiences; a token that was
 * made for another client is refused here whatever else it says (OpenID Connect Core, 3.1.3.7).
 */
export const isForUs = ({ azp, sub }: IDToken, { clientId }: Provider): boolean =>
  (azp === undefined || azp === clientId) && sub !== ''
