// Control characters, and what has no width of its own: it turns the direction of text, or hides it.
const HIDDEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** Writes out the characters that steer a terminal or hide or turn the text around them: `\u202e`. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (one) => `\\u${one.codePointAt(0)!.toString(16).padStart(4, '0')}`)
}
