import * as real from '../../../../../src/phases/4-auth/attempts/known-devices.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/attempts/known-devices.js', {
  /** No browser is known: failed logins from elsewhere lock every user out. */
  noneKnown: {
    knownDevices: (secret, clock) => ({ ...real.knownDevices(secret, clock), read: () => null }),
  },
} satisfies Record<string, Partial<typeof real>>)
