import type { Evidence } from '../gate/check.js'
import type { TrialOutcome } from './attempts.js'
import type { MeaningChange } from './changes.js'

/** A statement that fails on the new schema, and did not fail so on the old one. */
export interface Broken {
  /** file:line, the route that sent it, or the function with its line */
  at: string
  text: string
  /** where it fails: `without usertwo after migrate up` */
  when: string
  before: TrialOutcome
  now: NonNullable<TrialOutcome>
  /** how it is to be written, tried on the new schema; null: the syntax does not tell */
  write: string | null
}

/** A statement that does not fail on the new schema, and does something else there. */
export interface Changed extends MeaningChange {
  at: string
  text: string
  /** how it is to be written so that it means what it did; null: the syntax does not tell */
  write: string | null
}

const COLUMNS = 'write the columns that it means in place of *, or of the whole row'
/** By the error, and the statement behind it. */
const FIXES: readonly [RegExp, string][] = [
  [
    /^42702/,
    'put the table in front of that column, or name the owner column of the table otherwise in usertwo.config.js',
  ],
  [/^42803/, 'add that column to its group by, because the key that it groups by is one per user then'],
  [/^42P10/, 'name the key with the owner column, or leave the target out'],
  [
    /^42501 (?:permission denied for|must be owner of) materialized view/,
    'it keeps a copy of every user’s rows: replace it by a view with security_invoker, or read it as the system',
  ],
  [/^42501 .*: truncate\s/i, 'delete the rows: a truncate would empty the table for every user'],
  [/^42501 .*\bsetval\s*\(/i, 'leave it to the sequence: its numbers are those of every user'],
  [/^42501 (?!.*row-level)/, 'grant the right to the request role, or let a request do without it'],
  [/^(?:42|21|23502)/, COLUMNS],
]
const LONGEST = 160

/** Returns the evidence of a statement that the new schema breaks, with the fix. */
export function evidenceOf({ at, text, when, before, now, write }: Broken): Evidence {
  const error = `${now.code} ${now.message}`
  const fix =
    write === null ? FIXES.find(([of]) => of.test(`${error}: ${shortened(text)}`))?.[1] : `write: ${write}`
  return {
    what: `${at}: fails ${when}: ${error}: ${shortened(text)}${fix ? `; ${fix}` : ''}`,
    part: at,
    at,
    expected: before
      ? `${before.code} ${before.message}, as on the old schema`
      : 'it works, as on the old schema',
    got: error,
  }
}

/** Returns the evidence of a statement whose meaning changes, with the fix. */
export const evidenceOfChange = ({ at, text, what, fix, write }: Changed): Evidence => ({
  what: `${at}: changes: ${what}: ${shortened(text)}; ${write === null ? fix : `write: ${write}`}`,
  part: at,
  at,
})

export const shortened = (text: string) => {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line
}
