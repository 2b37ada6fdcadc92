// npm start [-- EXAMPLE]: takes an example from phase 0 to 8 and serves it; comic-pile unless another is
// named. On kept data, only the gates whose inputs changed are run; --gates runs all, --no-gates (npm run
// dev) none.

import { EXAMPLES, examplesIn } from './examples.mjs'
import { ROOT } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'

const FIRST = 'comic-pile'
const { named, rest } = examplesIn(process.argv.slice(2))
const GATES = { '--gates': 'all', '--no-gates': 'none' }
const options = rest.filter((one) => Object.hasOwn(GATES, one))
const unknown = rest.filter((one) => !Object.hasOwn(GATES, one))
const tooMuch = [...unknown, ...named.slice(1), ...options.slice(1)]
if (tooMuch.length > 0) {
  console.error(
    `npm start takes one example, ${EXAMPLES.join(' or ')}, and --gates or --no-gates; not ${tooMuch.join(' ')}`,
  )
  process.exit(64)
}
const [name = FIRST] = named
// Each example has its own data.
if (name !== FIRST) process.env.USERTWO_DATA ||= `.usertwo/${name}`

prepare()

// Ctrl-C stops everything that was started; a second Ctrl-C does not wait.
const { endAtSignals, untilInterrupted } = await import('../dist/cli/interrupt.js')
endAtSignals()
const signal = untilInterrupted()

const { start } = await import('../dist/lab/dev/start.js')
const gates = GATES[options[0]]
process.exit(await start({ folder: `${ROOT}examples/${name}`, signal, gates }))
