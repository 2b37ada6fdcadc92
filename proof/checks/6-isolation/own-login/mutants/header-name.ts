import type { IncomingMessage } from 'node:http'
import { removeHeader } from '../../../../../src/express/remove-header.js'
import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/proxy/header-name.js', {
  /** Of several names the first one counts, for the app too. */
  firstOfMany: {
    nameInHeader(req, header) {
      const at = req.rawHeaders.findIndex((one, index) => index % 2 === 0 && one.toLowerCase() === header)
      const name = at < 0 ? '' : req.rawHeaders[at + 1]!.split(',')[0]!.trim()
      removeHeader(req as IncomingMessage, header)
      ;(req as IncomingMessage).headers[header] = name
      return name || null
    },
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/phases/4-auth/proxy/header-name.js')>>)
