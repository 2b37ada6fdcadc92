import { expect, test, vi } from 'vitest'
import { COMMANDS } from '../commands/index.js'
import { helpOf, helpOfTool } from '../help.js'
import { parseArguments } from '../parse.js'
import { DECLARED } from './index.js'

// All commands are loaded.
vi.setConfig({ testTimeout: 240_000 })

const all = Object.entries(DECLARED)

test('every command has a declaration by its own name', async () => {
  expect(Object.keys(COMMANDS).sort()).toEqual(Object.keys(DECLARED).sort())
  for (const [name, load] of Object.entries(COMMANDS))
    expect((await load()).command.declaration, name).toBe(DECLARED[name as keyof typeof DECLARED])
  for (const [name, declaration] of all) expect(declaration.name).toBe(name)
})

test.each(all)('the help of %s fits 80 columns and names each option', (_name, declaration) => {
  const help = helpOf(declaration)
  // An address is not broken.
  const long = help.split('\n').filter((line) => line.length > 80 && !line.includes('://'))
  expect(long).toEqual([])
  for (const option of Object.keys(declaration.options)) expect(help).toContain(`  --${option}`)
})

test('the help of the tool fits 80 columns and names each command', () => {
  const lines = helpOfTool().split('\n')
  expect(lines.filter((line) => line.length > 80)).toEqual([])
  for (const [name, { about }] of all) expect(lines).toContain(`  ${name.padEnd(9)}  ${about}`)
})

/** As a shell splits a line of an example. */
const split = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain!,
  )

test.each(all)('the examples of %s are understood', (name, declaration) => {
  for (const example of declaration.examples) {
    const [first, ...args] = split(example)
    expect(first).toBe(name)
    parseArguments(declaration, args)
  }
  const [, ...args] = split(declaration.examples[0])
  const at = args.includes('--') ? args.indexOf('--') : args.length
  for (const [option, one] of Object.entries(declaration.options)) {
    if (one.type === 'flag') continue
    const given = [`--${option}`, ...split(one.example)]
    expect(given, option).toHaveLength(2)
    expect(parseArguments(declaration, args.toSpliced(at, 0, ...given)).values).toHaveProperty([option])
  }
})

test('an option belongs to actions that the command has', () => {
  for (const [name, { options, actions = {} }] of all)
    for (const [option, { with: named = [] }] of Object.entries(options))
      for (const action of named) expect(Object.keys(actions), `${name} --${option}`).toContain(action)
})
