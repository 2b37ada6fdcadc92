/** A replacement of text in a source file. */
export interface Edit {
  /** the end of the file's path: `src/phases/4-auth/answer.js` */
  file: string
  find: string
  replace: string
}

/** Returns whether an edit applies to a file: `file` is the end of its path. */
export function isMeantFor({ file }: Pick<Edit, 'file'>, path: string): boolean {
  return `/${path}`.endsWith(`/${file}`)
}

/**
 * Applies the edits that name `file` to its source.
 * @throws when the text to replace is missing: the mutant no longer fits the code it was written for
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
