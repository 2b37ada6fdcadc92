// Edits of an owner, as data: `{ file, text }` writes a file, `{ file, find, put }` replaces all places of a text, `{ file, add }`
// adds to the end of one.
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Makes edits in a folder. @throws Error if a file does not have the text that is to be replaced */
export function edit(folder, edits) {
  for (const { file, text, find, put, add } of edits) {
    const path = join(folder, file)
    mkdirSync(dirname(path), { recursive: true })
    if (text !== undefined) writeFileSync(path, text)
    else if (add !== undefined) appendFileSync(path, add)
    else {
      const before = readFileSync(path, 'utf8')
      if (!before.includes(find)) throw new Error(`${file} does not have ${JSON.stringify(find)}`)
      writeFileSync(
        path,
        before.replaceAll(find, () => put),
      )
    }
  }
}
