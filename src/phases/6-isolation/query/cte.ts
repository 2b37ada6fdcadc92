import { type Frame, nameIn } from './frame.js'
import type { Compiler, With } from './knex/knex-internals.js'

export const NO_CTES: ReadonlySet<string> = new Set()

/** The names that are CTEs in the body of a statement: its own, and those of the queries around it. */
export function cteNames(frame: Frame, withs: With[]): ReadonlySet<string> {
  if (withs.length === 0) return frame.parent?.ctes ?? NO_CTES
  return new Set([...(frame.parent?.ctes ?? []), ...withs.map((cte) => cteName(frame, cte))])
}

/**
 * `with threads as (select * from threads)` reads the table inside and the CTE outside: a CTE sees those
 * before it, and only with RECURSIVE all of them. While knex compiles one, the frame holds the visible names.
 */
export function compileInOrder(frame: Frame, compiler: Compiler, withs: With[]): void {
  const compile = compiler.withWrapped
  if (!compile || withs.length === 0) return
  const all = frame.ctes
  const seen = new Set(withs.some((cte) => cte.recursive) ? all : (frame.parent?.ctes ?? []))
  const withSeen: typeof compile = function (this: Compiler, cte) {
    frame.ctes = new Set(seen)
    try {
      return compile.call(this, cte)
    } finally {
      seen.add(cteName(frame, cte))
      frame.ctes = all
    }
  }
  compiler.withWrapped = withSeen
}

// `t(a, b)` is a name and a column list only if the app's names are not quoted; in quotes all of it is the name.
function cteName(frame: Frame, { alias }: With): string {
  const text = String(alias)
  const listed = text.includes('(') && !frame.client.wrapIdentifier(text, frame.queryContext).startsWith('"')
  return nameIn(frame, listed ? text.slice(0, text.indexOf('(')) : text).name
}
