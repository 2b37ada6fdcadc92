import type { Evidence } from '../../gate/check.js'

/** What two descriptions of a schema do not agree on, line by line. */
export function schemaDifference(before: string, after: string, when: string): Evidence[] {
  const [old, now] = [new Set(before.split('\n')), new Set(after.split('\n'))]
  const gone = [...old].filter((line) => !now.has(line))
  const added = [...now].filter((line) => !old.has(line))
  return [
    ...gone.map((line) => ({ what: `${when}: this is gone from the schema`, expected: line })),
    ...added.map((line) => ({ what: `${when}: this is new in the schema`, got: line })),
  ]
}
