import Module from 'node:module'
import type { Edit } from '../check.js'

/**
 * The source of `file` with the edits that name it made.
 * @throws when the text to replace is not there: the mutation no longer fits the code it was written for
 */
export function rewrite(edits: readonly Edit[], file: string, source: string): string {
  let text = source
  for (const edit of edits) {
    if (!file.endsWith(edit.file)) continue
    if (!text.includes(edit.find))
      throw new Error(`the mutation does not fit: ${edit.file} has no ${JSON.stringify(edit.find)}`)
    text = text.replaceAll(edit.find, () => edit.replace)
  }
  return text
}

/** CommonJS files do not pass through the loader when they are required; they are compiled here. */
export function applyToCommonJs(change: (file: string, source: string) => string): void {
  const proto = (Module as unknown as { prototype: { _compile(source: string, file: string): unknown } })
    .prototype
  const compile = proto._compile
  proto._compile = function edited(source, file) {
    return compile.call(this, change(file.replaceAll('\\', '/'), source), file)
  }
}
