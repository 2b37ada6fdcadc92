/** How reliable a fact is that was read or inferred. */
export type Sureness = 'certain' | 'likely' | 'guess'

/** What `init` takes for granted about an app, and why: printed, and written beside it. */
export interface InitGuess {
  /** its subject: `app`, `database`, `table notes` */
  about: string
  /** the conclusion, in words */
  says: string
  sure: Sureness
  /** file:line that was looked at, or where else it was seen */
  at: string
}

/** Guesses as lines of a terminal. */
export function guessLines(guesses: readonly InitGuess[]): string[] {
  const width = Math.max(...guesses.map(({ about }) => about.length))
  return guesses.map(
    ({ about, says, sure, at }) => `${about.padEnd(width)}  ${sure.padEnd(7)}  ${says}  (${at})`,
  )
}
