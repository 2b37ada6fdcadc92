import { type Argument, type Declaration, type DeclaredOption, GROUPS } from './declared/declaration.js'
import { DECLARED } from './declared/index.js'

const WIDTH = 80
const INDENT = '  '
/** The column in which explanations start, if the names on their left are short enough. */
const COLUMN = 20
const AND = new Intl.ListFormat('en')

/** Returns the text of `usertwo --help`: every command, by task. */
export function helpOfTool(): string {
  const commands = Object.values(DECLARED)
  const width = Math.max(...commands.map(({ name }) => name.length))
  const groups = Object.entries(GROUPS).flatMap(([group, title]) => [
    '',
    title,
    ...commands
      .filter((one) => one.group === group)
      .map(({ name, about }) => `${INDENT}${name.padEnd(width)}  ${about}`),
  ])
  return [
    'usertwo takes an Express app from one user to several.',
    '',
    'Usage: usertwo COMMAND [options]',
    ...groups,
    '',
    'usertwo COMMAND --help   explains a command and its options',
    'usertwo --version        prints the version',
  ].join('\n')
}

/** Returns the text of `usertwo COMMAND --help`. */
export function helpOf(declaration: Declaration): string {
  const { about, details, actions = {}, arguments: given = [], behind, options, examples } = declaration
  const words = [...given, ...(behind ? [behind] : [])]
  const usages = Object.keys(actions)
  return [
    ...wrapped(`${about}.${details ? ` ${details}` : ''}`, ''),
    ...part(
      'Usage',
      (usages.length ? usages : [undefined]).map((one) => `usertwo ${usageOf(declaration, one)}`),
    ),
    ...part(
      'Actions',
      Object.entries(actions).flatMap(([name, action]) => entry(name, sentence(action.about))),
    ),
    ...part(
      'Arguments',
      [...words, ...argumentsOf(declaration)].flatMap((one) => entry(one.name, sentence(one.about))),
    ),
    ...part(
      'Options',
      Object.entries(options).flatMap(([name, option]) => optionEntry(name, option)),
    ),
    ...part(
      'Examples',
      examples.map((line) => `usertwo ${line}`),
    ),
  ].join('\n')
}

/** Returns the usage of a command: `gate [N] [options]`. */
export function usageOf({ name, actions, arguments: given, behind }: Declaration, action?: string): string {
  const words = (action === undefined ? undefined : actions?.[action]?.arguments) ?? given ?? []
  const named = actions && action === undefined ? [Object.keys(actions).join('|')] : action ? [action] : []
  const written = ({ name: word, optional }: Argument) => (optional ? `[${word}]` : word)
  return [
    name,
    ...named,
    ...words.map(written),
    '[options]',
    ...(behind ? [behind.optional ? `[-- ${behind.name}]` : `-- ${behind.name}`] : []),
  ].join(' ')
}

/** Returns an option as help and the reference page write it: `--to N`. */
export function optionUsage(name: string, option: DeclaredOption): string {
  return option.type === 'flag' ? `--${name}` : `--${name} ${option.value}`
}

/** Returns what an option does, with its default and the actions it belongs to. */
export function explained(option: DeclaredOption): string {
  const { about, with: actions } = option
  const standard = option.type === 'flag' || !option.default ? '' : ` Default: ${option.default}.`
  return `${about}${standard}${actions ? ` Only with ${AND.format(actions)}.` : ''}`
}

/** Returns an example of an option with a value, or null if it has no value. */
export function exampleOf(name: string, option: DeclaredOption): string | null {
  return option.type === 'flag' ? null : `--${name} ${option.example}`
}

/** Returns the arguments of a command's actions, each once. */
export function argumentsOf({ actions = {} }: Declaration): Argument[] {
  const all = Object.values(actions).flatMap(({ arguments: given = [] }) => given)
  return [...new Map(all.map((one) => [one.name, one])).values()]
}

/** Makes a sentence of a text: with a capital letter and a full stop. */
export function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`
}

function part(title: string, lines: readonly string[]): string[] {
  return lines.length ? ['', title, ...lines.map((line) => INDENT + line)] : []
}

/** Returns the lines of an option, with its example on a line of its own. */
function optionEntry(name: string, option: DeclaredOption): string[] {
  const example = exampleOf(name, option)
  const lines = entry(optionUsage(name, option), explained(option))
  return example === null ? lines : [...lines, `${' '.repeat(COLUMN)}Example: ${example}`]
}

/** Returns a name and its explanation, next to it or below. */
function entry(name: string, text: string): string[] {
  const [first = '', ...rest] = wrapped(text, ' '.repeat(COLUMN), WIDTH - INDENT.length)
  return name.length + 2 > COLUMN
    ? [name, first, ...rest]
    : [name.padEnd(COLUMN) + first.slice(COLUMN), ...rest]
}

/** Wraps a text into lines of at most `width` characters, each after `before`. */
function wrapped(text: string, before: string, width = WIDTH): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(before + word)
  }
  return lines
}
