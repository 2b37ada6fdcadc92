import { randomBytes } from 'node:crypto'
import * as real from '../../../../core/settings.js'
import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Any secret will do. */
export default replacing(import.meta.url, '../../../../core/settings.js', {
  parseSettings(environment = process.env, prefix = '') {
    try {
      return real.parseSettings(environment, prefix)
    } catch {
      return real.parseSettings({ ...environment, JWT_SECRET: randomBytes(32).toString('hex') }, prefix)
    }
  },
} satisfies Partial<typeof real>)
