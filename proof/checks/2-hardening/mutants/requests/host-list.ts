import * as real from '../../../../../src/phases/2-hardening/requests/host-list.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/2-hardening/requests/host-list.js', {
  /** Accepts any host name. */
  anyHost: {
    refuseOtherHosts: () => () => false,
  },
  /** Accepts a host name that ends like the app's. */
  sameEnd: {
    refuseOtherHosts(kit) {
      const refuses = real.refuseOtherHosts(kit)
      return (req, res) => {
        const name = req.headers.host?.replace(/:\d+$/, '')
        return !kit.settings.hosts.some((one) => name?.endsWith(one)) && refuses(req, res)
      }
    },
  },
} satisfies Record<string, Partial<typeof real>>)
