import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './prepare/step.mjs'

/** The examples that have a usertwo configuration. */
export const EXAMPLES = readdirSync(join(ROOT, 'examples')).filter((name) =>
  existsSync(join(ROOT, 'examples', name, 'usertwo.config.js')),
)

/** Returns which of the arguments name an example, and the rest. */
export function examplesIn(args) {
  return {
    named: EXAMPLES.filter((name) => args.includes(name)),
    rest: args.filter((one) => !EXAMPLES.includes(one)),
  }
}
