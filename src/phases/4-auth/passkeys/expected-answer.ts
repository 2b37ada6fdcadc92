import type { RelyingParty } from './relying-party.js'

/** What an answer must hold. */
export interface ExpectedAnswer {
  challenge: string
  rp: RelyingParty
  /** as the answer says it */
  origin: string
}

/** The same for the package. A passkey is all that a login shows, so its user must be verified. */
export const expectedOf = ({ challenge, rp, origin }: ExpectedAnswer) => ({
  expectedChallenge: challenge,
  expectedOrigin: rp.originFor(origin),
  expectedRPID: [rp.id],
  requireUserVerification: true,
})
