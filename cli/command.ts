/** Exit codes of the command line. */
export const EXIT = { go: 0, noGo: 1, unknown: 2, usage: 64 } as const

/** One command of `usertwo`. */
export interface Command {
  name: string
  /** how it is called, without `usertwo` */
  usage: string
  about: string
  /** @returns the exit code */
  run(args: string[]): Promise<number>
}

/** Options of every command that asks the database of an app; for `parseArgs`. */
export const DATABASE_OPTIONS = {
  database: { type: 'string' },
  json: { type: 'boolean', default: false },
  config: { type: 'string' },
} as const

/** The command line was not understood; the message says what is allowed. */
export class UsageError extends Error {}

/** @throws UsageError for an argument that the command does not read: its user would take it for done */
export function atMost(most: number, words: readonly string[], { name, usage }: Command): void {
  if (words.length <= most) return
  throw new UsageError(`${name}: unexpected argument "${words.slice(most).join(' ')}"\n\nusertwo ${usage}`)
}
