import { parseArgs } from 'node:util'
import { nearest } from '../src/config/nearest.js'
import type { Argument, Declaration, DeclaredOption, Values } from './declared/declaration.js'
import { usageOf } from './help.js'
import { UsageError } from './usage-error.js'

/** A command line, read by its declaration. */
export interface Given<D extends Declaration> {
  values: Values<D>
  /** the first argument, if the declaration has actions */
  action: D extends { actions: infer Actions } ? keyof Actions & string : undefined
  /** the arguments after it */
  words: string[]
  /** the command after `--`; null: none */
  behind: string[] | null
}

type Token = Extract<ReturnType<typeof tokensOf>[number], { kind: 'option' }>

/**
 * Reads a command line.
 * @throws UsageError in one line, which suggests the nearest option or action, or says what is missing
 */
export function parseArguments<D extends Declaration>(declaration: D, args: readonly string[]): Given<D> {
  const at = declaration.behind ? args.indexOf('--') : -1
  const own = at === -1 ? args : args.slice(0, at)
  const behind = at === -1 || at === args.length - 1 ? null : args.slice(at + 1)
  const tokens = tokensOf(declaration, own)
  const values = valuesOf(
    declaration,
    tokens.filter((token) => token.kind === 'option'),
  )
  const words = tokens.flatMap((token) => (token.kind === 'positional' ? [token.value] : []))
  const action = declaration.actions ? actionOf(declaration, words.shift()) : undefined
  assertWords(declaration, action, words)
  if (declaration.behind && !declaration.behind.optional && !behind)
    throw new UsageError(
      `${declaration.name}: say behind -- ${declaration.behind.about}: usertwo ${declaration.examples[0]}`,
    )
  return { values, action, words, behind } as Given<D>
}

function tokensOf({ options }: Declaration, args: readonly string[]) {
  const types = Object.entries(options).map(
    ([name, { type }]) => [name, { type: type === 'flag' ? 'boolean' : 'string' } as const] as const,
  )
  // Not strict: Node's own errors suggest neither the nearest option nor an example.
  return parseArgs({
    args: [...args],
    options: Object.fromEntries(types),
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens
}

function valuesOf(declaration: Declaration, given: readonly Token[]): Record<string, unknown> {
  const { options } = declaration
  const values: Record<string, unknown> = {}
  for (const [name, option] of Object.entries(options))
    values[name] = option.type === 'flag' ? false : option.default
  for (const token of given) {
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
    if (!option) throw new UsageError(unknownOption(declaration, token.rawName))
    const read = readValue(declaration, option, token)
    const several = option.type === 'text' && option.multiple
    values[token.name] = several ? [...((values[token.name] as string[] | undefined) ?? []), read] : read
  }
  return values
}

function unknownOption({ name, options }: Declaration, given: string): string {
  const near = nearest(
    given,
    Object.keys(options).map((one) => `--${one}`),
  )
  return `${name}: unknown option ${given}${near ? `; did you mean ${near}?` : '.'} All options: usertwo ${name} --help`
}

function readValue({ name }: Declaration, option: DeclaredOption, token: Token): boolean | number | string {
  const { rawName, value, inlineValue } = token
  if (option.type === 'flag') {
    if (value === undefined) return true
    throw new UsageError(`${name}: ${rawName} takes no value; write ${rawName} alone, or leave it out`)
  }
  // A following option does not count as the value, unless it is written as `--name=-value`.
  if (value === undefined || (!inlineValue && /^-./.test(value)))
    throw new UsageError(
      `${name}: ${rawName} needs a value, ${option.value}; example: ${rawName} ${option.example}`,
    )
  if (option.type === 'text') return value
  const example = `example: ${rawName} ${option.example}`
  if (option.type === 'choice') {
    const found = option.of.find((one) => one.toLowerCase() === value.toLowerCase())
    if (found !== undefined) return found
    throw new UsageError(`${name}: ${rawName} ${value}: expected one of ${option.of.join(', ')}; ${example}`)
  }
  const { min, max = Number.MAX_SAFE_INTEGER } = option
  const number = Number(value)
  if (/^\d+$/.test(value) && number >= min && number <= max) return number
  const range = option.max === undefined ? `${min} or more` : `${min} to ${max}`
  throw new UsageError(`${name}: ${rawName} ${value}: expected a whole number, ${range}; ${example}`)
}

function actionOf({ name, actions = {}, examples }: Declaration, given: string | undefined): string {
  const names = Object.keys(actions)
  if (given !== undefined && Object.hasOwn(actions, given)) return given
  const allowed = names.map((one) => `${name} ${one}`).join(', ')
  if (given === undefined)
    throw new UsageError(`${name}: say what to do: ${allowed}; example: usertwo ${examples[0]}`)
  const near = nearest(given, names)
  throw new UsageError(
    `${name}: unknown action "${given}"${near ? `; did you mean ${name} ${near}?` : '.'} Allowed: ${allowed}`,
  )
}

/** An unread argument would look as if it had an effect. */
function assertWords(declaration: Declaration, action: string | undefined, words: readonly string[]): void {
  const asked: readonly Argument[] =
    (action === undefined ? undefined : declaration.actions?.[action]?.arguments) ??
    declaration.arguments ??
    []
  const called = [declaration.name, action].filter(Boolean).join(' ')
  const missing = asked.slice(words.length).find(({ optional }) => !optional)
  if (missing)
    throw new UsageError(
      `${called}: ${missing.name} is missing: ${missing.about}; usage: usertwo ${usageOf(declaration, action)}`,
    )
  if (words.length > asked.length)
    throw new UsageError(
      `${called}: unexpected argument "${words.slice(asked.length).join(' ')}"; usage: usertwo ${usageOf(declaration, action)}`,
    )
}
