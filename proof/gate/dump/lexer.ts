/**
 * Follows SQL text line by line as far as needed to know where a statement ends: quotes, dollar quotes and
 * comments may span lines and hold semicolons.
 */
export interface Lexer {
  /** @returns whether a statement ends with this line */
  feed(line: string): boolean
  /** between statements: nothing of one has been read */
  between(): boolean
}

const DOLLAR = /^\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/

export function sqlLexer(): Lexer {
  /** what ends the quoted text we are in; null: none */
  let closing: string | null = null
  let backslashes = false
  let comments = 0
  let begun = false
  let last = ''
  let atomic = false
  let words = ''

  const quoted = (line: string, at: number): number => {
    if (backslashes && line[at] === '\\') return at + 2
    if (!line.startsWith(closing!, at)) return at + 1
    const after = at + closing!.length
    // A doubled quote stands for itself, inside.
    if (closing!.length === 1 && line[after] === closing) return after + 1
    closing = null
    return after
  }
  const commented = (line: string, at: number): number => {
    const two = line.slice(at, at + 2)
    if (two === '/*') comments++
    else if (two === '*/') comments--
    else return at + 1
    return at + 2
  }
  /** @returns the index after what begins at `at`, outside of quotes and comments */
  const plain = (line: string, at: number): number => {
    const one = line[at]!
    if (one === '-' && line[at + 1] === '-') return line.length
    if (one === '/' && line[at + 1] === '*') return commented(line, at)
    if (/\s/.test(one)) {
      words += ' '
      return at + 1
    }
    begun = true
    last = one
    if (one === "'" || one === '"') {
      backslashes = one === "'" && /(?:^|[^\w$])e$/i.test(words)
      closing = one
    } else if (one === '$') {
      const tag = /[\w$]$/.test(words) ? undefined : DOLLAR.exec(line.slice(at))?.[0]
      if (tag) {
        closing = tag
        backslashes = false
        return at + tag.length
      }
    }
    words = (words + one).slice(-200)
    if (/\bbegin +atomic$/i.test(words)) atomic = true
    if (one === ';' && atomic && /\bend *;$/i.test(words)) atomic = false
    return at + 1
  }

  return {
    between: () => !begun && closing === null && comments === 0,
    feed(line) {
      for (let at = 0; at < line.length; )
        at = closing !== null ? quoted(line, at) : comments ? commented(line, at) : plain(line, at)
      words += ' '
      const ended = begun && last === ';' && closing === null && comments === 0 && !atomic
      if (ended) {
        begun = false
        last = ''
        words = ''
      }
      return ended
    },
  }
}
