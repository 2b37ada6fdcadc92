import type { Answer } from '../../gate/app/http.js'
import type { Evidence } from '../../gate/check.js'
import type { Member } from '../../gate/gate.js'
import { idsIn, valuesUnder } from '../../gate/traffic/ids-in-answers.js'
import { type Canaries, leaks } from '../fixture/canary.js'
import { isWithheld } from './withheld.js'

/** What somebody has that must show in nobody else's answers. */
export interface Secrets {
  of: Member
  /** their keys, each with its table, or tables */
  keys: ReadonlyMap<string, string>
  canaries: Canaries
  /** names of the columns that say whose a row is */
  ownerColumns: ReadonlySet<string>
  /** those of them that also say whose a row is that everybody reads */
  openOwners?: ReadonlySet<string>
  /** whole bodies in which no number is a key of anybody's: the app says them without a row of anybody's too */
  rowless?: ReadonlySet<string>
}

/**
 * Returns what an answer holds of another user: each value with its table and column. An answer that the app's process
 * withheld is a finding too: it held a row of another user.
 * @param sent ids that the request named itself, where the answer is that about a missing row: it repeats
 *   them
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
    const [table, column] = place.split('.')
    return {
      what: `${place} of the ${of.name} was shown to another user`,
      table,
      column,
      leaked: excerpt(text, mark),
    }
  })
  if (answer.status >= 300 || rowless?.has(answer.body)) return texts
  const ids = [...idsIn(answer.body), ...farIn(answer.body)].filter((id) => keys.has(id) && !sent.has(id))
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

/** The mark with the end of the text it was put behind. */
function excerpt(text: string, mark: string): string {
  const at = text.indexOf(mark)
  const before = text.slice(Math.max(0, at - 60), at)
  return `${before.slice(before.search(/[^"'>]*$/))}${mark}`
}

/** The second person's ids are so far up that they are known anywhere: in HTML, CSV, a sentence. */
function farIn(body: string): string[] {
  return body.match(/(?<![\w.])1\d{6}(?!\w)/g) ?? []
}
