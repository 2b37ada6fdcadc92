import type { FactorAnswer } from '../../../contract/answers.js'

/** Why a login by a provider ends without one, in the words of an address. Each has a text in the catalogue. */
export const REFUSALS = [
  'failed',
  'away',
  'over',
  'exists',
  'closed',
  'no_address',
  'by_name',
  'unverified',
  'taken',
  'other_login',
  'busy',
] as const
export type OauthRefusal = (typeof REFUSALS)[number]

/** How a callback ends. */
export type OauthOutcome =
  | { kind: 'in'; next: string }
  | { kind: 'due'; next: string; factor: FactorAnswer }
  | { kind: 'linked' }
  | { kind: 'refused'; why: OauthRefusal }

/** Ends a callback without a login, or without a link. */
export class OauthRefused extends Error {
  constructor(readonly why: OauthRefusal) {
    super(`a login by a provider was refused: ${why}`)
  }
}
