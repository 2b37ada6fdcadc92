import type { Knex } from 'knex'

/** What came back, in a form that can be compared: rows in any order, or the SQLSTATE. */
export interface Answer {
  text: string
  empty: boolean
  failed: boolean
}

/** Runs a query. Builders are thenable: they come in a function, or awaiting would run them here. */
export async function answerOf(run: () => PromiseLike<unknown>): Promise<Answer> {
  try {
    const result = await run()
    const rows = (Array.isArray(result) ? result : [result]).map((row) => JSON.stringify(row) ?? 'nothing')
    return { text: rows.sort().join('\n'), empty: isEmpty(result), failed: false }
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    return { text: `failed: ${code ?? message}`, empty: false, failed: true }
  }
}

function isEmpty(result: unknown): boolean {
  if (Array.isArray(result)) return result.length === 0 || result.every(isZero)
  return result === undefined || isZero(result)
}

/** `[{ c: '0', m: null }]` found nothing either. */
function isZero(row: unknown): boolean {
  if (typeof row !== 'object' || row === null) return row === 0
  return Object.keys(row).every((key) => /^(c|m|s|count)$/.test(key)) && Object.values(row).every(isNothing)
}

function isNothing(value: unknown): boolean {
  return value === null || value === '0' || value === 0
}

/** The SQL of a query that differed, for the report. */
export function sqlOf(query: Knex.QueryBuilder): string {
  try {
    return String(query)
  } catch (error) {
    return String(error)
  }
}
