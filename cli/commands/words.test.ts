import { expect, test, vi } from 'vitest'
import { isUsage } from '../in-words.js'
import { COMMANDS } from './index.js'

// All commands are loaded.
vi.setConfig({ testTimeout: 240_000 })

test('no command takes a word that it does not read', async () => {
  const words = ['1', 'two', 'three', 'four', 'five', '--', 'behind']
  for (const [name, load] of Object.entries(COMMANDS)) {
    const { command } = await load()
    const refused = await command.run(words).then(
      () => null,
      (error: unknown) => error,
    )
    expect([name, isUsage(refused)]).toEqual([name, true])
  }
})

test('the word too many is named, with how the command is called', async () => {
  const { command: gate } = await COMMANDS.gate()
  await expect(gate.run(['7', '8'])).rejects.toThrow(
    /^gate: unexpected argument "8"; usage: usertwo gate \[N\] \[options\]$/,
  )
})
