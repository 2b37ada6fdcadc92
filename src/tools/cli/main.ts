#!/usr/bin/env node
import { nearest } from '../../core/nearest.js'
import { type Command, EXIT, UsageError } from './command.js'
import { COMMANDS } from './commands/index.js'
import { inWords, isUsage } from './in-words.js'
import { Interrupted } from './interrupt.js'

async function help(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()))
  const width = Math.max(...commands.map((command) => command.name.length))
  const lines = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.about}`)
  return [
    'usertwo COMMAND [--config FILE] [--json]',
    '',
    ...lines,
    '',
    'usertwo COMMAND --help shows how one is called.',
  ].join('\n')
}

async function main([name, ...args]: string[]): Promise<number> {
  if (!name || name === '--help' || name === 'help') {
    console.log(await help())
    return name ? EXIT.go : EXIT.usage
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!load) {
    const near = nearest(name, Object.keys(COMMANDS))
    throw new UsageError(
      `${name} is not a command${near ? `; did you mean ${near}?` : ''}\n\n${await help()}`,
    )
  }
  const command = await load()
  if (args.includes('--help')) {
    console.log(`usertwo ${command.usage}\n\n${command.about}`)
    return EXIT.go
  }
  return command.run(args).catch((error: unknown) => {
    throw unknownOption(command, error) ?? error
  })
}

/** Node names no option that there is. */
function unknownOption({ name, usage }: Command, error: unknown): UsageError | null {
  const { code, message } = error as { code?: string; message?: string }
  const given =
    code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? /'(?:-\w, )?(-[^' ]+)/.exec(message ?? '')?.[1] : undefined
  if (!given) return null
  const near = nearest(given, usage.match(/--[\w-]+/g) ?? [])
  return new UsageError(
    `${given} is no option of ${name}${near ? `; did you mean ${near}?` : ''}\n\nusertwo ${usage}`,
  )
}

const given = process.argv.slice(2)

main(given).then(
  async (code) => {
    process.exitCode = code
    if (code !== EXIT.go) await consult()
  },
  async (error: unknown) => {
    if (error instanceof Interrupted) return
    const verbose = /^(debug|trace)$/.test(process.env.LOG_LEVEL ?? '')
    const words = (!verbose && inWords(error)) || error
    console.error(words)
    process.exitCode = isUsage(error) ? EXIT.usage : EXIT.unknown
    if (!isUsage(error)) await consult(String(words))
  },
)

/** What may have been in the way, on stderr: a command may promise JSON on the other. */
async function consult(said?: string): Promise<void> {
  const [name = '', ...args] = given
  if (name === 'run') return
  const { afterFailure } = await import('./after-failure.js')
  for (const line of await afterFailure(name, args, said)) console.error(line)
}
