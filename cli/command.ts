import type { Declaration } from './declared/declaration.js'
import { type Given, parseArguments } from './parse.js'

/** Exit codes of the command line. */
export const EXIT = { go: 0, noGo: 1, unknown: 2, usage: 64 } as const

/** One command of `usertwo`. */
export interface Command {
  declaration: Declaration
  /**
   * @param args the command line without the command's name
   * @returns the exit code
   * @throws UsageError for what the declaration does not allow
   */
  run(args: readonly string[]): Promise<number>
}

/** Returns a command that parses its arguments by its declaration. */
export function implement<D extends Declaration>(
  declaration: D,
  run: (given: Given<D>) => Promise<number>,
): Command {
  return { declaration, run: async (args) => run(parseArguments(declaration, args)) }
}
