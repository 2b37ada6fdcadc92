// The command line as data: parsing, --help and docs/cli.md derive from it.

/** The tasks by which help groups the commands, in order. */
export const GROUPS = {
  adopt: 'Adopt an app',
  check: 'Check it',
  rollout: 'Roll it out',
  operate: 'Run and operate it',
  users: 'Users and logins',
} as const

interface Said {
  /** what it does, in full sentences */
  about: string
  /** only with these actions of the command */
  with?: readonly string[]
}
interface Flag extends Said {
  type: 'flag'
}
interface Valued extends Said {
  /** how help writes the value: URL */
  value: string
  example: string
}
interface Text extends Valued {
  type: 'text'
  default?: string
  /** it may be given more than once */
  multiple?: true
}
interface Whole extends Valued {
  type: 'integer'
  min: number
  max?: number
  default?: number
}
interface Choice extends Valued {
  type: 'choice'
  /** the allowed values; case does not matter */
  of: readonly string[]
  default?: string
}
export type DeclaredOption = Flag | Text | Whole | Choice

/** A positional argument. */
export interface Argument {
  name: string
  about: string
  optional?: true
}

interface Action {
  about: string
  arguments?: readonly Argument[]
}

/** What a command depends on. If the command fails, `usertwo doctor` checks these. */
export type Dependency = 'packages' | 'machine' | 'database'

export interface Declaration {
  name: string
  group: keyof typeof GROUPS
  /** one line, in the imperative */
  about: string
  /** more details, in full sentences */
  details?: string
  /** the actions of a command, named by its first argument */
  actions?: Readonly<Record<string, Action>>
  arguments?: readonly Argument[]
  /** a command that follows `--` */
  behind?: Argument
  options: Readonly<Record<string, DeclaredOption>>
  dependsOn?: readonly Dependency[]
  /** whole command lines, without `usertwo` */
  examples: readonly [string, ...string[]]
}

/** Keeps the literal types of a declaration, from which the types of the values are derived. */
export function declare<const D extends Declaration>(declaration: D): D {
  return declaration
}

type ValueOf<O> = O extends { type: 'flag' }
  ? boolean
  : O extends { type: 'integer' }
    ? number
    : O extends { type: 'choice'; of: readonly (infer One)[] }
      ? One
      : O extends { multiple: true }
        ? string[]
        : string
type Always = { type: 'flag' } | { default: unknown }

/**
 * The values of a command's options. A flag is true or false; an option without a default may be undefined.
 */
export type Values<D extends Declaration> = {
  [Name in keyof D['options']]: D['options'][Name] extends Always
    ? ValueOf<D['options'][Name]>
    : ValueOf<D['options'][Name]> | undefined
}
