import { randomBytes } from 'node:crypto'
import * as real from '../../../../src/config/settings.js'
import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/config/settings.js', {
  /** CORS_ORIGINS is not required. */
  anyOrigins: {
    parseSettings: (environment = process.env, prefix = '') =>
      real.parseSettings(
        { ...environment, CORS_ORIGINS: environment.CORS_ORIGINS || 'https://app.example.com' },
        prefix,
      ),
  },
  /** Accepts any secret. */
  anySecret: {
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
  },
} satisfies Record<string, Partial<typeof real>>)
