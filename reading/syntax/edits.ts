/** A text of a source file that is replaced by another. */
export interface Edit {
  /** the end of its path: `src/phases/4-auth/answer.js` */
  file: string
  find: string
  replace: string
}

/** Whether an edit is meant for `file`: it names the end of its path. */
export function isMeantFor({ file }: Pick<Edit, 'file'>, path: string): boolean {
  return `/${path}`.endsWith(`/${file}`)
}

/**
 * The source of `file` with the edits that name it made.
 * @throws when the text to replace is not there: the mutant no longer fits the code it was written for
 */
export function rewrite(edits: readonly Edit[], file: string, source: string): string {
  let text = source
  for (const edit of edits) {
    if (!isMeantFor(edit, file)) continue
    if (!text.includes(edit.find))
      throw new Error(`the mutant does not fit: ${edit.file} has no ${JSON.stringify(edit.find)}`)
    text = text.replaceAll(edit.find, () => edit.replace)
  }
  return text
}
