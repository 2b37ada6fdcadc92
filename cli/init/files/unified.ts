/** A change of some lines of a text, counted from 0: `remove` of them from `at` on give way to `add`. */
export interface LineEdit {
  at: number
  remove: number
  add: string[]
}

const CONTEXT = 3
const NO_NEWLINE = '\\ No newline at end of file'

/** The edits of one file as `git apply` and `patch -p1` read them. */
export function unified(file: string, text: string, edits: readonly LineEdit[]): string {
  const lines = text.replace(/\n$/, '').split('\n')
  const isLast = (line: number) => line === lines.length && !text.endsWith('\n')
  const sorted = [...edits].sort((a, b) => a.at - b.at)
  const groups: LineEdit[][] = []
  for (const edit of sorted) {
    const last = groups.at(-1)?.at(-1)
    if (last && edit.at - (last.at + last.remove) <= CONTEXT * 2) groups.at(-1)!.push(edit)
    else groups.push([edit])
  }
  let grown = 0
  const hunks = groups.map((group) => {
    const from = Math.max(0, group[0]!.at - CONTEXT)
    const to = Math.min(lines.length, group.at(-1)!.at + group.at(-1)!.remove + CONTEXT)
    const body: string[] = []
    let line = from
    for (const { at, remove, add } of group) {
      while (line < at) body.push(` ${lines[line++]}`)
      for (let gone = 0; gone < remove; gone++) body.push(`-${lines[line++]}`)
      const ends = remove > 0 && isLast(line)
      if (ends) body.push(NO_NEWLINE)
      body.push(...add.map((one) => `+${one}`))
      if (ends && add.length) body.push(NO_NEWLINE)
    }
    if (line < to) {
      while (line < to) body.push(` ${lines[line++]}`)
      if (isLast(line)) body.push(NO_NEWLINE)
    }
    const more = group.reduce((sum, { add, remove }) => sum + add.length - remove, 0)
    const head = `@@ -${from + 1},${to - from} +${from + 1 + grown},${to - from + more} @@`
    grown += more
    return [head, ...body].join('\n')
  })
  return [`--- a/${file}`, `+++ b/${file}`, ...hunks].join('\n')
}
