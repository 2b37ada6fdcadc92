/** What a rule of `usertwo fix` makes of an app. Nothing of it is written yet. */
export interface Fix {
  /** as it is to be, by the file's name */
  files: { file: string; text: string; isNew: boolean }[]
  /** for `git apply` and `patch -p1` */
  diff: string
  /** how many places are rewritten */
  rewritten: number
  /** what one place does then, and what several do */
  does: [one: string, several: string]
  /** places that stay as they are, with the reason */
  left: { at: string; what: string; why: string }[]
}
