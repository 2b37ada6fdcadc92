// Control characters, and what has no width of its own: it turns the direction of text, or hides it.
const HIDDEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** A text from somebody's folder as a terminal may show it: what would steer the terminal is written out. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (one) => `\\u${one.codePointAt(0)!.toString(16).padStart(4, '0')}`)
}
