import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './prepare/step.mjs'

/** The examples with a configuration of usertwo. */
export const EXAMPLES = readdirSync(join(ROOT, 'examples')).filter((name) =>
  existsSync(join(ROOT, 'examples', name, 'usertwo.config.js')),
)

/** Which of the words name an example, and the others. */
export function examplesIn(args) {
  return {
    named: EXAMPLES.filter((name) => args.includes(name)),
    rest: args.filter((one) => !EXAMPLES.includes(one)),
  }
}
