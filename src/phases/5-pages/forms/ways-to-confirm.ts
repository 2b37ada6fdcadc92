import type { Request, Response } from 'express'
import type { OauthProvider } from '../../../contract/answers.js'
import type { Kit } from '../../../core/kit.js'
import { signedIn } from '../../4-auth/sessions/signed-in.js'
import { loginOffer } from '../passkeys/login-offer.js'
import { providersInstead } from '../providers/login-again.js'

/** How the current user can confirm who they are. */
export interface WaysToConfirm {
  /** whether they have an authenticator app */
  totp: boolean
  /** the providers that take the place of the password of a user without one */
  providers: OauthProvider[] | null
  /** the challenge for one of their passkeys, in JSON */
  passkey: string | undefined
}

/** Finds what a page that asks for a confirmation has to offer. */
export function waysToConfirm(kit: Kit): (req: Request, res: Response) => Promise<WaysToConfirm> {
  const { db, settings } = kit
  const offer = settings.AUTH_ENABLE_PASSKEYS ? loginOffer(kit) : null
  return async (req, res) => {
    const { id } = signedIn(kit, req)
    const totp =
      settings.AUTH_ENABLE_TOTP && (await (await import('../../4-auth/factors/totp-rows.js')).hasTotp(db, id))
    const providers = await providersInstead(kit, req)
    if (!offer) return { totp, providers, passkey: undefined }
    const { passkeysOf } = await import('../../4-auth/passkeys/passkey-rows.js')
    const has = (await passkeysOf(db, id)).length > 0
    return { totp, providers, passkey: has ? await offer(req, res) : undefined }
  }
}
