import type { Node } from '../../reading/syntax/tree.js'
import { type LineEdit, unified } from '../init/files/unified.js'

/** Characters of a file that give way to others. */
export interface TextEdit {
  from: number
  to: number
  text: string
}

/** A node gives way to a text; its place is the parser's. */
export const instead = (node: Node, text: string): TextEdit => ({
  from: node.start as number,
  to: node.end as number,
  text,
})

/** The text with its edits made; two of one place are one. */
export function edited(text: string, edits: readonly TextEdit[]): string {
  return inOrder(edits).reduceRight(
    (now, { from, to, text: more }) => now.slice(0, from) + more + now.slice(to),
    text,
  )
}

/** The same, whole lines among it, as a diff that `git apply` takes; only the lines that change are touched. */
export function diffOf(file: string, text: string, edits: readonly TextEdit[]): string {
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length - 1
  const lines = text.split('\n')
  const changes: (LineEdit & { edits: TextEdit[] })[] = []
  for (const edit of inOrder(edits)) {
    const [at, last] = [lineAt(edit.from), lineAt(edit.to)]
    if (edit.from === edit.to && edit.text.endsWith('\n')) {
      changes.push({ at, remove: 0, add: edit.text.slice(0, -1).split('\n'), edits: [] })
      continue
    }
    const before = changes.at(-1)
    if (before && at < before.at + before.remove) {
      before.remove = Math.max(before.remove, last + 1 - before.at)
      before.edits.push(edit)
    } else changes.push({ at, remove: last + 1 - at, add: [], edits: [edit] })
  }
  let start = 0
  const starts = lines.map((line) => {
    const at = start
    start += line.length + 1
    return at
  })
  for (const change of changes) {
    if (change.edits.length === 0) continue
    const from = starts[change.at]!
    const old = lines.slice(change.at, change.at + change.remove).join('\n')
    const moved = change.edits.map(({ from: a, to: b, text: more }) => ({
      from: a - from,
      to: b - from,
      text: more,
    }))
    change.add = edited(old, moved).split('\n')
  }
  return unified(file, text, changes)
}

/** A file that is new. */
export function diffOfNew(file: string, text: string): string {
  const lines = text.replace(/\n$/, '').split('\n')
  return [
    '--- /dev/null',
    `+++ b/${file}`,
    `@@ -0,0 +1,${lines.length} @@`,
    ...lines.map((line) => `+${line}`),
  ].join('\n')
}

function inOrder(edits: readonly TextEdit[]): TextEdit[] {
  const once = new Map(edits.map((edit) => [`${edit.from} ${edit.to} ${edit.text}`, edit]))
  return [...once.values()].sort((a, b) => a.from - b.from || a.to - b.to)
}
