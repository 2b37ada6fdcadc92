import { type Token, tokensOf } from './tokens.js'

/** The tokens of a text without its comments. */
export const meaningOf = (sql: string): Token[] => tokensOf(sql).filter(({ kind }) => kind !== 'comment')

/** The text with each comment replaced by a space. */
export function withoutComments(sql: string): string {
  return replaced(sql, ({ kind, text }) => (isComment(kind, text) ? ' ' : text))
}

/** The text with each of its tokens replaced; what is between them stays. */
export function replaced(sql: string, read: (token: Token) => string): string {
  let text = ''
  let at = 0
  for (const token of tokensOf(sql)) {
    text += sql.slice(at, token.start) + read(token)
    at = token.end
  }
  return text + sql.slice(at)
}

/** An unterminated one is a comment too. */
export const isComment = (kind: Token['kind'], text: string): boolean =>
  kind === 'comment' || (kind === 'unended' && text.startsWith('/*'))

/** Whether a token is this word, in any case and without quotes. */
export const isWord = (token: Token | undefined, ...words: readonly string[]): boolean =>
  token?.kind === 'word' && words.includes(token.text.toLowerCase())

/** The name of a token, as PostgreSQL reads it; null if it is not a name. Escapes of `U&"…"` stay as written. */
export function nameOf(token: Token | undefined): string | null {
  if (token?.kind === 'word') return token.text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  if (token?.kind !== 'name') return null
  return token.text.slice(token.text.indexOf('"') + 1, -1).replaceAll('""', '"')
}
