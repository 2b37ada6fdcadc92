/** A query's result in comparable form: rows in any order, or the code of its error. */
export interface FuzzAnswer {
  text: string
  outcome: 'rows' | 'nothing' | (string & {})
  empty: boolean
  failed: boolean
}

/** An id from a sequence: all users share sequences, so its value differs. */
const GIVEN_ID = /\b[1-9]\d{6,}\b/g

/** Runs a query. Builders are thenable, so they come in a function, or awaiting would run them here. */
export async function answerOf(run: () => PromiseLike<unknown>): Promise<FuzzAnswer> {
  try {
    const result = counted(await run())
    const rows = (Array.isArray(result) ? result : [result]).map((row) =>
      (JSON.stringify(row) ?? 'nothing').replace(GIVEN_ID, '"new"'),
    )
    const empty = isEmpty(result)
    return { text: rows.sort().join('\n'), outcome: empty ? 'nothing' : 'rows', empty, failed: false }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    const outcome = code ?? message
    return { text: `refused: ${outcome}`, outcome, empty: false, failed: true }
  }
}

/** Returns the row count of a pg result, which an insert without RETURNING yields. */
function counted(result: unknown): unknown {
  return typeof result === 'object' && result !== null && 'rowCount' in result ? result.rowCount : result
}

function isEmpty(result: unknown): boolean {
  if (Array.isArray(result)) return result.length === 0 || result.every(isZero)
  return result === undefined || isZero(result)
}

/** Returns whether an aggregate found nothing: `[{ c: '0', m: null }]`. */
function isZero(row: unknown): boolean {
  if (typeof row !== 'object' || row === null) return row === 0
  return Object.keys(row).every((key) => /^(c|m|s|count)$/.test(key)) && Object.values(row).every(isNothing)
}

function isNothing(value: unknown): boolean {
  return value === null || value === '0' || value === 0
}
