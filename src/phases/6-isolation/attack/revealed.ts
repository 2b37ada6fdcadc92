import type { Evidence } from '../../../gate/check.js'
import type { Member } from '../../../gate/gate.js'
import type { Answer } from '../../../gate/http.js'
import { idsIn, valuesUnder } from '../../../gate/traffic/ids.js'
import { type Canaries, leaks } from './canary.js'

/** What somebody has that must show in nobody else's answers. */
export interface Secrets {
  of: Member
  /** their keys, each with its table */
  keys: ReadonlyMap<string, string>
  canaries: Canaries
  /** names of the columns that say whose a row is */
  ownerColumns: ReadonlySet<string>
}

/** What of one person's an answer to another holds. */
export function revealed(answer: Answer, { of, keys, canaries, ownerColumns }: Secrets): Evidence[] {
  const texts = leaks(answer, canaries).map((column) => ({
    what: `${column} of the ${of.name} was shown to somebody else`,
    table: column.split('.')[0],
  }))
  if (answer.status >= 300) return texts
  const ids = [...idsIn(answer.body), ...farIn(answer.body)].filter((id) => keys.has(id))
  const shown = [...new Set(ids)]
    .slice(0, 3)
    .map((id) => ({ what: `id ${id} of the ${of.name} was shown to somebody else`, table: keys.get(id) }))
  const named = valuesUnder(answer.body, (key) => ownerColumns.has(key)).includes(String(of.id))
  return [
    ...texts,
    ...shown,
    ...(named ? [{ what: `a row with the ${of.name} as its owner was shown to somebody else` }] : []),
  ]
}

/** The second person's ids are so far up that they are known anywhere: in HTML, CSV, a sentence. */
function farIn(body: string): string[] {
  return body.match(/(?<![\w.])1\d{6}(?!\w)/g) ?? []
}
