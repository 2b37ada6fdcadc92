import { isComment, replaced } from '../../../sql/meaning.js'

/** Most queries contain none of these words, and need no further check. */
const HINT = /\b(?:create|alter|drop|comment|grant|revoke|reassign|security|import|into|do)\b/i

const TEMPORARY = String.raw`(?:or\s+replace\s+)?(?:(?:global|local)\s+)?temp(?:orary)?\b`
const CHANGE = new RegExp(
  String.raw`^(?:create\s+(?!${TEMPORARY})|alter\s|drop\s|comment\s+on\s|grant\s|revoke\s|reassign\s+owned\s|security\s+label\s|import\s+foreign\s)`,
  'i',
)
/** A SELECT with INTO creates a table; INSERT and MERGE have another INTO. */
const SELECT_INTO = new RegExp(
  String.raw`^(?:select|with)\b[\s\S]*(?<!\b(?:insert|merge)\s+)\binto\s+(?!${TEMPORARY})`,
  'i',
)
const IN_BLOCK =
  /\b(?:create|alter|drop)\s+(?:or\s+replace\s+|unique\s+|unlogged\s+|materialized\s+|event\s+)*(?:table|index|view|schema|sequence|function|procedure|type|domain|extension|policy|trigger|role|user|database|rule|aggregate)\b/i
const LONGEST = 120

/**
 * Returns the first statement of `text` that changes the schema, up to its first bracket and without
 * literals; null if none does. Temporary tables do not count.
 *
 * @example schemaChange(`create table "tasks" ("id" serial primary key)`) // → 'create table "tasks"'
 */
export function schemaChange(text: string): string | null {
  if (!HINT.test(text)) return null
  const blocks: string[] = []
  const plain = replaced(text, ({ kind, text: part }) => {
    if (isComment(kind, part)) return ' '
    if (kind === 'name') return part.replaceAll(';', '_')
    if (kind !== 'string' && kind !== 'unended') return part
    blocks.push(part)
    return "'…'"
  })
  for (const statement of plain.split(';')) {
    const one = statement.trim().replace(/\s+/g, ' ')
    const block = /^do\b/i.test(one) && blocks.some((body) => IN_BLOCK.test(body))
    if (CHANGE.test(one) || SELECT_INTO.test(one) || block) return named(one)
  }
  return null
}

function named(statement: string): string {
  const head = statement.split('(', 1)[0]!.trim()
  return head.length > LONGEST ? `${head.slice(0, LONGEST)}…` : head
}
