import type { Evidence } from '../../gate/check.js'

/** Returns the lines in which two descriptions of a schema differ. */
export function schemaDifference(before: string, after: string, when: string): Evidence[] {
  const [old, now] = [new Set(before.split('\n')), new Set(after.split('\n'))]
  const gone = [...old].filter((line) => !now.has(line))
  const added = [...now].filter((line) => !old.has(line))
  return [
    ...gone.map((line) => ({ what: `${when}: this is gone from the schema`, expected: line })),
    ...added.map((line) => ({ what: `${when}: this is new in the schema`, got: line })),
  ]
}
