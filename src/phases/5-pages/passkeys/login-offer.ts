import type { Request, Response } from 'express'
import type { Kit } from '../../../core/kit.js'
import { loginParts } from '../../4-auth/attempts/login-parts.js'
import { ACTIONS } from '../../4-auth/endpoints/actions.js'

/**
 * Makes the challenge that the login page offers passkeys with, in JSON. undefined: the address asked for too many, or the
 * database does not answer; the page does without.
 */
export function loginOffer(kit: Kit): (req: Request, res: Response) => Promise<string | undefined> {
  const challenge = ACTIONS.passkeyChallenge.make(kit)
  const limit = loginParts(kit).limits.passkey
  return async (req, res) => {
    const refused = await new Promise<unknown>((resolve) => void limit(req, res, resolve))
    if (refused !== undefined) return undefined
    try {
      return JSON.stringify(await challenge(req, res, 'form'))
    } catch (error) {
      kit.report(error, req)
      return undefined
    }
  }
}
