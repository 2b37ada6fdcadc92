import * as real from '../../../src/config/parse-config.js'
import { replacing } from '../replace/replacing.js'

const GIVEN = Symbol.for('usertwo.gate.config')

export default replacing(import.meta.url, '../../../src/config/parse-config.js', {
  /**
   * Replaces the configuration that the app passes to usertwo() by the gate's, which its preload has brought.
   */
  given: {
    parseConfig: (input, source) =>
      real.parseConfig((globalThis as unknown as Record<symbol, unknown>)[GIVEN] ?? input, source),
  },
} satisfies Record<string, Partial<typeof real>>)
