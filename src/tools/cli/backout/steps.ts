import type { Back } from './consequences.js'

/**
 * How to turn back, in order. Below 4 with other users the milder way is offered first: at 4 they are
 * answered 503.
 * @param production where a start that is open to strangers has to be wanted
 */
export function steps({ to, others, withoutUsers }: Back, production: boolean): string[] {
  const some = others === null || others > 0
  const strangers = to < 6 && some && production
  const milder = some && (to < 4 || withoutUsers)
  return [
    ...(milder
      ? [
          'Think of 4 instead: USERTWO_PHASE=4, with users on, is the lowest dial at which the other users are answered 503 and not shown what is the owner’s: usertwo backout 4',
        ]
      : []),
    ...(to < 6
      ? ['See to it that nobody but the owner reaches the app: a firewall, a VPN, a password in front.']
      : []),
    `Set USERTWO_PHASE=${to}${strangers ? ' and USERTWO_OPEN_TO_STRANGERS=true, without which production does not start' : ''}, and restart every process.`,
    'Leave the database as it is: nothing is migrated down.',
    'Later turn it up again in the same way; logins from before are good until they run out.',
  ]
}
