#!/usr/bin/env node
import { nearest } from '../src/config/nearest.js'
import { ownVersion } from '../src/core/own-package.js'
import { nodeProblem } from '../src/core/supported-node.js'
import { EXIT } from './command.js'
import { COMMANDS } from './commands/index.js'
import { type CommandName, DECLARED } from './declared/index.js'
import { helpOf, helpOfTool } from './help.js'
import { inWords, isUsage } from './in-words.js'
import { endAtSignals, Interrupted } from './interrupt.js'
import { UsageError } from './usage-error.js'

const HELP = ['--help', '-h']

async function main([name, ...args]: string[]): Promise<number> {
  if (name === '--version' || name === '-v') {
    console.log(ownVersion())
    return EXIT.go
  }
  if (name === 'help' && args[0] !== undefined) return main([args[0], '--help'])
  if (!name || HELP.includes(name) || name === 'help') {
    console.log(helpOfTool())
    return name ? EXIT.go : EXIT.usage
  }
  const known = commandNamed(name)
  // Arguments after `--` belong to the command that is run or tested.
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args
  if (own.some((word) => HELP.includes(word))) {
    console.log(helpOf(DECLARED[known]))
    return EXIT.go
  }
  const { command } = await COMMANDS[known]()
  return command.run(args)
}

function commandNamed(name: string): CommandName {
  if (Object.hasOwn(DECLARED, name)) return name as CommandName
  const what = name.startsWith('-') ? 'option' : 'command'
  const near = nearest(name, [...Object.keys(DECLARED), '--help', '--version'])
  throw new UsageError(
    `unknown ${what} "${name}"${near ? `; did you mean ${near}?` : '.'} All commands: usertwo --help`,
  )
}

const given = process.argv.slice(2)

// Commands are loaded when they are called, because an old Node would fail at their first import without
// naming its version.
const problem = nodeProblem()
if (problem !== null) {
  console.error(problem)
  process.exit(EXIT.unknown)
}

endAtSignals()
main(given).then(
  async (code) => {
    process.exitCode = code
    if (code !== EXIT.go) await consult()
  },
  async (error: unknown) => {
    // Anything that a check left running does not keep the command alive.
    if (error instanceof Interrupted) process.exit()
    const verbose = /^(debug|trace)$/.test(process.env.LOG_LEVEL ?? '')
    const words = (!verbose && inWords(error)) || error
    console.error(words)
    process.exitCode = isUsage(error) ? EXIT.usage : EXIT.unknown
    if (!isUsage(error)) await consult(String(words))
  },
)

/** Prints what may have caused the failure, on stderr because a command may print JSON on stdout. */
async function consult(said?: string): Promise<void> {
  const [name = '', ...args] = given
  if (name === 'run') return
  const { afterFailure } = await import('./after-failure.js')
  for (const line of await afterFailure(name, args, said)) console.error(line)
}
