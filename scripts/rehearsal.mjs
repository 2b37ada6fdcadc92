// npm run rehearsal -- [--seconds 12] [--rate 10] [--only steps|smoke]: rehearses a deploy of examples/comic-pile. Exits 0 if all
// was as it should be, 1 if something failed, 2 if it could not be rehearsed, 64 for wrong arguments.
import { parseArgs } from 'node:util'
import { ROOT } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'

const given = argumentsOf(process.argv.slice(2))

prepare()
const { endAtSignals } = await import('../dist/cli/interrupt.js')
endAtSignals()
const { rehearse } = await import('../dist/lab/rehearsal/rehearse.js')
try {
  const folder = `${ROOT}examples/comic-pile`
  const isGood = await rehearse({ folder, ...given, stopDelay: 1, print: console.log })
  process.exitCode = isGood ? 0 : 1
} catch (error) {
  console.error(error)
  process.exitCode = 2
}

function argumentsOf(args) {
  try {
    const options = {
      seconds: { type: 'string', default: '12' },
      rate: { type: 'string', default: '10' },
      only: { type: 'string' },
    }
    const { values } = parseArgs({ args, options })
    const whole = (option, most) => {
      const given = values[option]
      if (/^\d+$/.test(given) && Number(given) >= 1 && Number(given) <= most) return Number(given)
      throw new Error(`--${option} ${given}: expected a whole number from 1 to ${most}`)
    }
    const { only } = values
    if (![undefined, 'steps', 'smoke'].includes(only))
      throw new Error(`--only ${only}: expected steps or smoke`)
    return { seconds: whole('seconds', 3600), rate: whole('rate', 200), only }
  } catch (error) {
    console.error(`${error.message}\nnpm run rehearsal -- [--seconds 12] [--rate 10] [--only steps|smoke]`)
    process.exit(64)
  }
}
