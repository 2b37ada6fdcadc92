// Control characters, and characters without a width: these hide text or change its direction.
const HIDDEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

/** Escapes the characters that control a terminal, or that hide or reverse the text around them: `\u202e`. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (one) => `\\u${one.codePointAt(0)!.toString(16).padStart(4, '0')}`)
}
