import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../throttle/known-devices.js'

/** No browser is known again: strangers who guess keep everybody out. */
export default replacing(import.meta.url, '../../throttle/known-devices.js', {
  knownDevices: (secret, clock) => ({ ...real.knownDevices(secret, clock), read: () => null }),
} satisfies Partial<typeof real>)
