import * as real from '../../../src/config/parse-config.js'
import { replacing } from '../replace/replacing.js'

const GIVEN = Symbol.for('usertwo.gate.config')

/**
 * What the app passes to usertwo() is put aside for the gate's configuration, which its preload has brought.
 */
export default replacing(import.meta.url, '../../../src/config/parse-config.js', {
  parseConfig: (input, source) =>
    real.parseConfig((globalThis as unknown as Record<symbol, unknown>)[GIVEN] ?? input, source),
} satisfies Partial<typeof real>)
