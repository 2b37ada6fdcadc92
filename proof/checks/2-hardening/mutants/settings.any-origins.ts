import * as real from '../../../../src/config/settings.js'
import { replacing } from '../../../gate/replace/replacing.js'

/** CORS_ORIGINS is not asked for. */
export default replacing(import.meta.url, '../../../../src/config/settings.js', {
  parseSettings: (environment = process.env, prefix = '') =>
    real.parseSettings(
      { ...environment, CORS_ORIGINS: environment.CORS_ORIGINS || 'https://app.example.com' },
      prefix,
    ),
} satisfies Partial<typeof real>)
