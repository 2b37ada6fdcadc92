// npm start [-- EXAMPLE]: an example from phase 0 to 8, then served; comic-pile unless another is named. With --no-gates
// (npm run dev) it is only migrated and served.

import { EXAMPLES, examplesIn } from './examples.mjs'
import { ROOT } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'

const FIRST = 'comic-pile'
const { named, rest } = examplesIn(process.argv.slice(2))
const unknown = rest.filter((one) => one !== '--no-gates')
if (unknown.length > 0 || named.length > 1) {
  console.error(
    `npm start takes one example, ${EXAMPLES.join(' or ')}, and --no-gates; not ${[...unknown, ...named.slice(1)].join(' ')}`,
  )
  process.exit(64)
}
const [name = FIRST] = named
// Each has data of its own.
if (name !== FIRST) process.env.USERTWO_DATA ||= `.usertwo/${name}`

prepare()

// Everything that was started is stopped first; a second Ctrl-C does not wait.
const { endAtSignals, untilInterrupted } = await import('../dist/cli/interrupt.js')
endAtSignals()
const signal = untilInterrupted()

const { start } = await import('../dist/lab/dev/start.js')
const gates = !rest.includes('--no-gates')
process.exit(await start({ folder: `${ROOT}examples/${name}`, signal, gates }))
