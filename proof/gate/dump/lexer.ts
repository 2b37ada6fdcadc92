/**
 * Reads SQL text line by line, as far as needed to find the end of each statement: quotes, dollar quotes and
 * comments may span lines and contain semicolons.
 */
export interface Lexer {
  /** @returns whether a statement ends with this line */
  feed(line: string): boolean
  /** returns true between statements, when no part of one has been read */
  between(): boolean
}

const DOLLAR = /^\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/

export const sqlLexer = (): Lexer => new LineLexer()

class LineLexer implements Lexer {
  /** the end of the current quoted text; null outside one */
  #closing: string | null = null
  #backslashes = false
  #comments = 0
  #begun = false
  #last = ''
  #atomic = false
  #words = ''

  between(): boolean {
    return !this.#begun && this.#closing === null && this.#comments === 0
  }

  feed(line: string): boolean {
    for (let at = 0; at < line.length; ) at = this.#next(line, at)
    this.#words += ' '
    const isOpen = this.#closing !== null || this.#comments !== 0 || this.#atomic
    const ended = this.#begun && this.#last === ';' && !isOpen
    if (ended) {
      this.#begun = false
      this.#last = ''
      this.#words = ''
    }
    return ended
  }

  /** @returns the index after the token at `at` */
  #next(line: string, at: number): number {
    if (this.#closing !== null) return this.#quoted(line, at, this.#closing)
    return this.#comments ? this.#commented(line, at) : this.#plain(line, at)
  }

  #quoted(line: string, at: number, closing: string): number {
    if (this.#backslashes && line[at] === '\\') return at + 2
    if (!line.startsWith(closing, at)) return at + 1
    const after = at + closing.length
    // A doubled quote inside is a literal quote.
    if (closing.length === 1 && line[after] === closing) return after + 1
    this.#closing = null
    return after
  }

  #commented(line: string, at: number): number {
    const two = line.slice(at, at + 2)
    if (two === '/*') this.#comments++
    else if (two === '*/') this.#comments--
    else return at + 1
    return at + 2
  }

  /** Reads a token outside of quotes and comments. */
  #plain(line: string, at: number): number {
    const one = line[at]!
    if (one === '-' && line[at + 1] === '-') return line.length
    if (one === '/' && line[at + 1] === '*') return this.#commented(line, at)
    if (/\s/.test(one)) {
      this.#words += ' '
      return at + 1
    }
    this.#begun = true
    this.#last = one
    if (one === "'" || one === '"') {
      this.#backslashes = one === "'" && /(?:^|[^\w$])e$/i.test(this.#words)
      this.#closing = one
    } else if (one === '$') {
      const tag = /[\w$]$/.test(this.#words) ? undefined : DOLLAR.exec(line.slice(at))?.[0]
      if (tag) {
        this.#closing = tag
        this.#backslashes = false
        return at + tag.length
      }
    }
    this.#words = (this.#words + one).slice(-200)
    if (/\bbegin +atomic$/i.test(this.#words)) this.#atomic = true
    if (one === ';' && this.#atomic && /\bend *;$/i.test(this.#words)) this.#atomic = false
    return at + 1
  }
}
