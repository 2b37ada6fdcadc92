#!/usr/bin/env node
import { nearest } from '../src/config/nearest.js'
import { nodeProblem } from '../src/core/supported-node.js'
import { type Command, EXIT, UsageError } from './command.js'
import { COMMANDS, FORMER_NAMES } from './commands/index.js'
import { inWords, isUsage } from './in-words.js'
import { endAtSignals, Interrupted } from './interrupt.js'
import { ownVersion } from './own-version.js'

async function help(): Promise<string> {
  const loaded = await Promise.all(Object.values(COMMANDS).map((load) => load()))
  const width = Math.max(...loaded.map(({ command }) => command.name.length))
  const lines = loaded.map(({ command }) => `  ${command.name.padEnd(width)}  ${command.about}`)
  return [
    'usertwo COMMAND [--config FILE] [--json]',
    '',
    ...lines,
    '',
    'usertwo COMMAND --help   how a command is called',
    'usertwo --version        the version of usertwo',
  ].join('\n')
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === '--version' || name === '-v') {
    console.log(ownVersion())
    return EXIT.go
  }
  if (!name || name === '--help' || name === '-h' || name === 'help') {
    console.log(await help())
    return name ? EXIT.go : EXIT.usage
  }
  const now = Object.hasOwn(FORMER_NAMES, name) ? FORMER_NAMES[name]! : name
  // On stderr: stdout may be JSON or SARIF.
  if (now !== name)
    console.error(`usertwo ${name} is called usertwo ${now} now; the next version has that name alone`)
  const load = Object.hasOwn(COMMANDS, now) ? COMMANDS[now] : undefined
  if (!load) {
    const near = nearest(name, Object.keys(COMMANDS))
    throw new UsageError(
      `unknown command "${name}"${near ? `; did you mean ${near}?` : ''}\n\n${await help()}`,
    )
  }
  const { command } = await load()
  // What follows `--` belongs to the command that is run or tested.
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args
  if (own.includes('--help') || own.includes('-h')) {
    console.log(`usertwo ${command.usage}\n\n${command.about}`)
    return EXIT.go
  }
  return command.run(args).catch((error: unknown) => {
    throw unknownOption(command, error) ?? error
  })
}

/** Turns Node's error about an unknown option into one that names the nearest option of the command. */
function unknownOption({ name, usage }: Command, error: unknown): UsageError | null {
  const { code, message } = error as { code?: string; message?: string }
  const given =
    code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? /'(?:-\w, )?(-[^' ]+)/.exec(message ?? '')?.[1] : undefined
  if (!given) return null
  const near = nearest(given, usage.match(/--[\w-]+/g) ?? [])
  return new UsageError(
    `${name}: unknown option ${given}${near ? `; did you mean ${near}?` : ''}\n\nusertwo ${usage}`,
  )
}

const given = process.argv.slice(2)

// Commands are loaded when they are called: an old Node fails at their first import, without a word of its version.
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
    // What a check has left running or waiting does not keep the command alive.
    if (error instanceof Interrupted) process.exit()
    const verbose = /^(debug|trace)$/.test(process.env.LOG_LEVEL ?? '')
    const words = (!verbose && inWords(error)) || error
    console.error(words)
    process.exitCode = isUsage(error) ? EXIT.usage : EXIT.unknown
    if (!isUsage(error)) await consult(String(words))
  },
)

/** Prints what may have caused the failure. On stderr: a command may promise JSON on stdout. */
async function consult(said?: string): Promise<void> {
  const [name = '', ...args] = given
  if (name === 'run') return
  const { afterFailure } = await import('./after-failure.js')
  for (const line of await afterFailure(name, args, said)) console.error(line)
}
