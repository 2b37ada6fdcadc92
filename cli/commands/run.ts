import { type ChildProcess, type Serializable, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { ConfigError } from '../../src/core/config-error.js'
import { underLayers } from '../../src/run/order.js'
import { replacesOptions } from '../../src/run/shell-options.js'
import { implement } from '../command.js'
import { operateCommands } from '../declared/operate.js'

/** Ctrl-C in a terminal reaches the command by itself. */
const HANDED_ON: NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']

export const command = implement(operateCommands.run, async ({ values, behind }) => {
  const [program, ...rest] = behind!
  const problem = replacesOptions(behind!, process.env)
  if (problem) throw new ConfigError('usertwo run', [problem])
  const child = spawn(program!, rest, {
    // What started the command may talk with the app, as by fork().
    stdio: ['inherit', 'inherit', 'inherit', ...(process.send ? ['ipc' as const] : [])],
    env: underLayers(process.env, values.config),
    shell: process.platform === 'win32',
  })
  for (const signal of HANDED_ON) process.on(signal, () => child.kill(signal))
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  if (process.send) passMessages(child)
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return code ?? 128 + constants.signals[signal!]
})

function passMessages(child: ChildProcess): void {
  child.on('message', (message) => process.connected && process.send!(message))
  process.on('message', (message) => child.connected && child.send(message as Serializable))
  process.on('disconnect', () => child.connected && child.disconnect())
  child.on('disconnect', () => process.connected && process.disconnect())
}
