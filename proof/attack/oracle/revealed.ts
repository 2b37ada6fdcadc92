import type { Answer } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Member } from '../../gate/gate.js'
import { idsIn, valuesUnder } from '../../gate/traffic/ids-in-answers.js'
import { type Canaries, leaks, markedColumn } from '../fixture/canary.js'
import { isWithheld } from './withheld.js'

/** A user's data that must not be in answers to other users. */
export interface Secrets {
  of: Member
  /** the user's keys, each with its table, or tables */
  keys: ReadonlyMap<string, string>
  canaries: Canaries
  /** the names of the owner columns */
  ownerColumns: ReadonlySet<string>
  /** those of them that also name the owner of rows that all users read */
  openOwners?: ReadonlySet<string>
  /** whole bodies in which no number is a user's key: the app answers them without owned rows too */
  rowless?: ReadonlySet<string>
}

/**
 * Returns what an answer holds of another user: each value with its table and column. An answer that the app's process
 * withheld is a finding too: it held a row of another user.
 * @param sent ids that the request itself named, if the answer is the one about a missing row, which repeats
 * them
 */
export function revealed(
  answer: Answer,
  { of, keys, canaries, ownerColumns, openOwners, rowless }: Secrets,
  sent: Pick<ReadonlySet<string>, 'has'> = new Set(),
): Evidence[] {
  if (isWithheld(answer))
    return [
      {
        what: `a row of the ${of.name} was in the answer to another user, and was refused`,
        got: answer.body,
      },
    ]
  const texts = leaks(answer, canaries).map(({ mark, place, text }): Evidence => {
    const { table, column } = markedColumn(place)
    return {
      what: `${place} of the ${of.name} was shown to another user`,
      table,
      column,
      leaked: excerpt(text, mark),
    }
  })
  if (answer.status >= 300 || rowless?.has(answer.body)) return texts
  const ids = [...idsIn(answer.body), ...farIn(answer.body), ...plantedIn(answer.body)].filter(
    (id) => keys.has(id) && !sent.has(id),
  )
  const shown = [...new Set(ids)].slice(0, 3).map((id): Evidence => {
    const what = `id ${id} of the ${of.name} was shown to another user`
    return { what, table: keys.get(id), column: 'its key', leaked: id }
  })
  const named = [...(sent.has(String(of.id)) ? [] : ownerColumns)].filter(
    (column) =>
      !openOwners?.has(column) && valuesUnder(answer.body, (key) => key === column).includes(String(of.id)),
  )
  return [
    ...texts,
    ...shown,
    ...named.map((column) => ({
      what: `a row with the ${of.name} as its owner was shown to another user`,
      column,
      leaked: String(of.id),
    })),
  ]
}

/** Returns the mark with the end of the text in front of it. */
function excerpt(text: string, mark: string): string {
  const at = text.indexOf(mark)
  const before = text.slice(Math.max(0, at - 60), at)
  return `${before.slice(before.search(/[^"'>]*$/))}${mark}`
}

/** Returns the keys in a body that the gate has planted, each with the end that a copy's has. */
function plantedIn(body: string): string[] {
  return body.match(/cnry[a-z]{12}(?:-b)?/g) ?? []
}

/** The second user's ids are so high that they are recognised in any text: in HTML, CSV, a sentence. */
function farIn(body: string): string[] {
  return body.match(/(?<![\w.])1\d{6}(?!\w)/g) ?? []
}
