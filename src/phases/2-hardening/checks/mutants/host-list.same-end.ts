import { replacing } from '../../../../tools/gate/replace/replacing.js'
import * as real from '../../host-list.js'

/** A name that ends like the app’s will do. */
export default replacing(import.meta.url, '../../host-list.js', {
  refuseOtherHosts(kit) {
    const refuses = real.refuseOtherHosts(kit)
    return (req, res) => {
      const name = req.headers.host?.replace(/:\d+$/, '')
      return !kit.settings.hosts.some((one) => name?.endsWith(one)) && refuses(req, res)
    }
  },
} satisfies Partial<typeof real>)
