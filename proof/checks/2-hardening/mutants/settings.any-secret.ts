import { randomBytes } from 'node:crypto'
import * as real from '../../../../src/config/settings.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** Any secret will do. */
export default replacing(import.meta.url, '../../../../src/config/settings.js', {
  parseSettings(environment = process.env, prefix = '') {
    try {
      return real.parseSettings(environment, prefix)
    } catch {
      const good = ['JWT_SECRET', 'OPS_TOKEN']
        .filter((name) => environment[name])
        .map((name) => [name, randomBytes(32).toString('hex')])
      return real.parseSettings({ ...environment, ...Object.fromEntries(good) }, prefix)
    }
  },
} satisfies Partial<typeof real>)
