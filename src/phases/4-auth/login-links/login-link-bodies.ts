import { z } from 'zod'
import { email } from '../accounts/names.js'
import { tokenField } from '../links/one-time-token.js'
import { sharedComputer } from '../password-login/login.js'

/** `next`: a path of the app; anything else is ignored. */
export const askLinkBody = z.object({ email, next: z.unknown().optional() })
export const useLinkBody = z.object({ token: tokenField, shared_computer: sharedComputer })
