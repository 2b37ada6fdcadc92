import { z } from 'zod'
import { sharedComputer } from '../password-login/login.js'
import { registrationCode } from '../registration/register.js'

/** `next`: a path of the app; anything else is ignored. A form sends the provider too, and an API has it in the path. */
export const connectBody = z.object({
  next: z.unknown().optional(),
  shared_computer: sharedComputer,
  claim_code: registrationCode,
  invite_code: registrationCode,
})
export type Connecting = z.output<typeof connectBody>
