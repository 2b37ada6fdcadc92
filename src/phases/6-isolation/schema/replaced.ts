import type { Table } from '../../../database/catalog.js'
import { literal, q, qualified } from '../../../database/quoted.js'
import { NAME_PREFIX } from './step.js'

/**
 * What usertwo replaces in the app's schema is kept in comments, so that `usertwo migrate undo` can bring it back. Only the
 * owner of a table can write its comments, and only as that login is anything run from them.
 */
const KEPT = 'usertwo: before: '

/** The comment on an index that allows a value once per user, followed by the name of the one that it replaces. */
export const PER_USER = 'usertwo: per user, instead of '

/** How an owner column of the app's own was before usertwo changed it. */
export interface ColumnBefore {
  /** SQL; null: it had none */
  default: string | null
  nullable: boolean
}

/** How row security of a table was before usertwo's first policy. */
export interface RowSecurityBefore {
  on: boolean
  /** for the table's owner too */
  forced: boolean
}

/** A unique that gave way to one per user. */
export interface UniqueBefore {
  name: string
  /** the statement that makes it again; null: it stands, or its definition was not kept yet */
  made: string | null
}

/** A foreign key that was given the owner column. */
export interface KeyBefore {
  /** the app's own comment on it */
  own: string | null
  /** its definition, `FOREIGN KEY (tag) REFERENCES public.tags(name)`; null: usertwo did not change it */
  made: string | null
}

/** Returns the SQL that keeps how a column was, behind the app's own comment on it; none if it was kept before. */
export function keepColumn(
  table: { schema: string; name: string },
  column: { name: string; comment: string | null } & ColumnBefore,
): string[] {
  if (columnBefore(column.comment).before) return []
  const before: ColumnBefore = { default: column.default, nullable: column.nullable }
  const text = withKept(column.comment, before)
  return [`comment on column ${qualified(table)}.${q(column.name)} is ${literal(text)}`]
}

const withKept = (comment: string | null, before: unknown) =>
  [...(comment ? [comment] : []), KEPT + JSON.stringify(before)].join('\n')

/** Returns what the comment on a column keeps, and the app's own part of it. */
export function columnBefore(comment: string | null): { own: string | null; before: ColumnBefore | null } {
  const { own, kept } = keptIn(comment)
  return { own, before: kept === null ? null : (JSON.parse(kept) as ColumnBefore) }
}

function keptIn(comment: string | null): { own: string | null; kept: string | null } {
  const at = comment?.lastIndexOf(KEPT) ?? -1
  if (comment === null || at < 0) return { own: comment, kept: null }
  return { own: comment.slice(0, at).replace(/\n$/, '') || null, kept: comment.slice(at + KEPT.length) }
}

/** The comment on a foreign key that is given the owner column, behind the app's own. */
export const keepKey = ({ declared, comment }: { declared: string; comment: string | null }): string =>
  withKept(comment, declared)

/** Returns what the comment on a foreign key keeps. */
export function keyBefore(comment: string | null): KeyBefore {
  const { own, kept } = keptIn(comment)
  return { own, made: kept === null ? null : (JSON.parse(kept) as string) }
}

/** The comment on a policy that keeps how row security was. */
export const keepRowSecurity = (before: RowSecurityBefore): string => withKept(null, before)

/**
 * Returns how row security of a table was before usertwo's first policy. Null: an earlier version made the policies, and
 * did not keep it.
 */
export function rowSecurityBefore({
  rowSecurity,
  forced,
  policies,
}: Pick<Table, 'rowSecurity' | 'forced' | 'policies'>): RowSecurityBefore | null {
  const ours = policies.filter(({ name }) => name.startsWith(NAME_PREFIX))
  return ours.length === 0 ? { on: rowSecurity, forced } : keptRowSecurity(ours)
}

/** Returns what the comments on the policies of a table keep; null: nothing. */
export function keptRowSecurity(policies: readonly { comment: string | null }[]): RowSecurityBefore | null {
  const [kept] = policies.flatMap(({ comment }) => keptIn(comment).kept ?? [])
  return kept === undefined ? null : (JSON.parse(kept) as RowSecurityBefore)
}

/** Returns the SQL that gives back row security, which usertwo has turned on and forced; none if both were before. */
export function rowSecurityAsBefore(table: string, { on, forced }: RowSecurityBefore): string[] {
  const actions = [
    ...(forced ? [] : ['no force row level security']),
    ...(on ? [] : ['disable row level security']),
  ]
  return actions.length ? [`alter table ${table} ${actions.join(', ')}`] : []
}

/** The comment on an index per user. @param made the statement that makes the one for all again, once it is dropped */
export function perUserComment({ name, made }: UniqueBefore): string {
  return PER_USER + name + (made === null ? '' : `\n${made}`)
}

/** Returns what the comment on an index says; null: the index is not one per user of usertwo's. */
export function uniqueBefore(comment: string | null): UniqueBefore | null {
  if (!comment?.startsWith(PER_USER)) return null
  const [name = '', ...made] = comment.slice(PER_USER.length).split('\n')
  return { name, made: made.length ? made.join('\n') : null }
}
