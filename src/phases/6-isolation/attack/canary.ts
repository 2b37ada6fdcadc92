import { randomBytes } from 'node:crypto'
import type { UserId } from '../../../core/context.js'
import type { GateDatabase } from '../../../gate/gate.js'
import type { Answer } from '../../../gate/http.js'
import type { OwnedTable } from './rows.js'

const q = (name: string) => `"${name.replaceAll('"', '""')}"`

/** Marks put into somebody's free text, one for each column: wherever one turns up, that column has leaked. */
export type Canaries = Map<string, string>

/** Appends a mark to every free text of a person's rows. */
export async function plantCanaries(
  database: GateDatabase,
  tables: readonly OwnedTable[],
  id: UserId,
): Promise<Canaries> {
  const planted: Canaries = new Map()
  for (const { name, owner, text } of tables)
    for (const column of text) {
      const mark = `cnry${randomBytes(5).toString('hex')}`
      // The room a mark takes is taken from the end of the text, never from the limit of the column.
      await database.sql(
        `update ${q(name)} set ${q(column)} = left(${q(column)}, 90) || $1 where ${q(owner)}::text = $2 and ${q(column)} is not null`,
        [mark, String(id)],
      )
      planted.set(mark, `${name}.${column}`)
    }
  return planted
}

/** Where an answer holds a mark: in its body or headers, plain or in base64 or URL form. */
export function leaks({ body, headers }: Answer, canaries: Canaries): string[] {
  const text = `${body}\n${JSON.stringify(headers)}`
  const decoded = text + decodedBase64(text)
  return [...canaries].filter(([mark]) => decoded.includes(mark)).map(([, column]) => column)
}

function decodedBase64(text: string): string {
  const runs = text.match(/[A-Za-z0-9+/_-]{24,}={0,2}/g) ?? []
  return runs.map((run) => Buffer.from(run, 'base64').toString('latin1')).join('\n')
}
