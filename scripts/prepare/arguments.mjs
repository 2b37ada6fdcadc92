// The arguments of a command of this repository that has few: what it does not take is refused before it does anything.
import { basename } from 'node:path'

/**
 * Ends the process with 64 and one line where an argument is not taken.
 * @param {(word: string, at: number, all: string[]) => boolean} isTaken
 */
export function takeOnly(isTaken = () => false) {
  const unknown = process.argv.slice(2).filter((word, at, all) => !isTaken(word, at, all))
  if (unknown.length > 0) refuse(`unexpected argument ${unknown.map((word) => `"${word}"`).join(', ')}`)
}

/** Ends the process with 64 and one line that says why and where help is. */
export function refuse(why) {
  console.error(`${basename(process.argv[1])}: ${why}; --help says what it takes`)
  process.exit(64)
}
