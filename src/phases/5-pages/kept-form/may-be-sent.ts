import { shownAddresses } from '../../../config/addresses.js'
import type { Config } from '../../../config/config.js'
import { readPath, segmentsOf } from '../../../express/path.js'
import { nextPath } from '../../4-auth/next-path.js'

/**
 * Whether a form may be sent there again: a path of the app that can be read in one way only, and not one of usertwo's.
 * @param target as the request arrived, behind every proxy
 */
export function mayBeSent({ auth }: Config, target: string): boolean {
  if (target !== '/' && nextPath(target, shownAddresses({ auth }, { PUBLIC_URL: undefined })) !== target)
    return false
  const own = [auth.mount, auth.pages].map(segmentsOf)
  return readPath(target).ways.every((way) =>
    own.every((mount) => mount.some((part, at) => way[at] !== part)),
  )
}
