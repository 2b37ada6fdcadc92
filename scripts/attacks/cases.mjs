/**
 * `case 5`, `cases 27 and 28`, `cases 2 to 7`; `I16` for isolation, `U3` for apps that usertwo was not
 * developed with.
 */
const NUMBERS = /\bcases? (\d+(?:(?:, | and | to )\d+)*)/g
const LETTERED = /(?:^|['"` ,(])(I\d+(?=[:, ])|U\d+(?=:))/g

/** @returns {string[]} the cases that a test's title, or a whole test file, names */
export function casesOf(text) {
  const named = [...text.matchAll(NUMBERS)].flatMap(([, list]) =>
    list.split(/, | and /).flatMap((part) => {
      const [from, to = from] = part.split(' to ').map(Number)
      return Array.from({ length: to - from + 1 }, (_, at) => String(from + at))
    }),
  )
  return [...new Set([...named, ...[...text.matchAll(LETTERED)].map(([, id]) => id)])]
}

/** A pattern for the titles of a case's tests, for vitest. @param {string} id */
export const titleOf = (id) => (/^\d/.test(id) ? `cases? [0-9, andto]*${id}\\b` : `\\b${id}[:,]`)

/** @returns {{ id: string, attack: string, files: string[] }[]} the rows of docs/attacks.md */
export function rowsOf(page) {
  return [...page.matchAll(/^\| ([IU]?\d+) \| (.+) \| (.*) \|$/gm)].map(([, id, attack, files]) => ({
    id,
    attack,
    files: [...files.matchAll(/`([^`]+)`/g)].map(([, file]) => file),
  }))
}
