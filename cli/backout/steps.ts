import { isAtWork } from '../../src/config/settings.js'
import type { Back } from './consequences.js'

/**
 * Lists the steps for lowering the dial, in order. Below 4 with other users, stopping at 4 is offered first:
 * there they get a 503 instead of the owner's data.
 * @param environment production starts below 6 only with USERTWO_OPEN_TO_STRANGERS=true
 */
export function steps({ config, to, others, withoutUsers }: Back, environment: string): string[] {
  const some = others === null || others > 0
  const isOpened = to < 6 && some && environment === 'production'
  if (config.demo && (to < 4 || withoutUsers) && !isAtWork(environment))
    return [
      `In ${environment} no start goes there: the demo login would answer at ${config.auth.mount}/login. Go back to 4 at most, with USER_MGMT_ENABLED on: usertwo backout 4`,
      'If the app must run as it did before, disconnect it from the network and run it with ENVIRONMENT=development, for local users only.',
    ]
  const milder = some && (to < 4 || withoutUsers)
  return [
    ...(milder
      ? [
          'Think of 4 instead: USERTWO_PHASE=4, with users on, is the lowest dial at which the other users are answered 503 and not shown what is the owner’s: usertwo backout 4',
        ]
      : []),
    ...(to < 6
      ? ['Make sure that only the owner can reach the app: a firewall, a VPN, a password in front.']
      : []),
    `Set USERTWO_PHASE=${to}${isOpened ? ' and USERTWO_OPEN_TO_STRANGERS=true, without which production does not start' : ''}, and restart every process.`,
    'Leave the database as it is: nothing is migrated down.',
    'Later turn it up again in the same way; logins from before are good until they run out.',
  ]
}
