/** The columns that usertwo has added to a table, by its name; undefined: not known yet. */
export type AddedTo = (table: string) => ReadonlySet<string> | undefined

/** What knex compiles `columnInfo()` to: it reads information_schema by the table's name, and no row of the table. */
interface ColumnInfo {
  bindings: unknown[]
  output(answer: { rows: { column_name: string }[] }): unknown
}

/**
 * Hides the columns that usertwo has added from `columnInfo()`. A library that lists a table's columns by it would select
 * them by name, and show them: Objection does for `withGraphJoined`.
 */
export function withoutAdded(compiled: unknown, addedTo: AddedTo): unknown {
  const info = compiled as ColumnInfo
  const { output, bindings } = info
  const without: ColumnInfo['output'] = function (this: unknown, answer) {
    const added = addedTo(String(bindings[0]))
    const rows = answer.rows.filter(({ column_name }) => !added?.has(column_name))
    return output.call(this as ColumnInfo, { ...answer, rows })
  }
  return Object.assign(info, { output: without })
}
