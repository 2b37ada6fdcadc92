import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { parseArgs } from 'node:util'
import { RUN_OPTIONS, splitRun, underLayers } from '../../src/run/order.js'
import { type Command, UsageError } from '../command.js'

/** Ctrl-C in a terminal reaches the command by itself. */
const HANDED_ON: NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']

export const command: Command = {
  name: 'run',
  usage: 'run [--config FILE] -- COMMAND …',
  about: 'runs the app without an edit: every Node process of COMMAND is under the layers, at the dial',
  async run(args) {
    const asked = splitRun(args)
    if (!asked) throw new UsageError(`say what to run behind --: usertwo run -- node server.js`)
    const { values } = parseArgs({ args: asked.options, options: RUN_OPTIONS })
    const [program, ...rest] = asked.command
    const child = spawn(program!, rest, {
      stdio: 'inherit',
      env: underLayers(process.env, values.config),
      shell: process.platform === 'win32',
    })
    for (const signal of HANDED_ON) process.on(signal, () => child.kill(signal))
    process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    return code ?? 128 + constants.signals[signal!]
  },
}
