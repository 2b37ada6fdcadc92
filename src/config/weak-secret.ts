/** Words of documentation, examples and habit. */
const PLACEHOLDER =
  /change.?(?:me|this|it)|secret|passw[o0]rd|example|placeholder|replace.?(?:me|this|with)|your.?(?:jwt|key|token)|keyboard.?cat|qwert|openssl|insert.?(?:your|here)|default.?(?:key|token)|abcd.?1234|^(?:test|todo)/gi
/** One piece repeated: `0123456789abcdef0123456789abcdef`. */
const REPEATED = /^(.{1,32}?)\1+$/

/** Counts the characters that follow their neighbour in the alphabet or the row of digits: `abcdef`, `98765`. */
function inARow(secret: string): number {
  return [...secret].filter(
    (one, at) => at > 0 && Math.abs(one.charCodeAt(0) - secret.charCodeAt(at - 1)) === 1,
  ).length
}

/** The kind of a character: small letter, capital, digit, or another (-1). */
const kindOf = (one = ''): number => [/[a-z]/, /[A-Z]/, /\d/].findIndex((kind) => kind.test(one))

/** Whether a text changes kinds as often as a random one: at two of three places. Words do so rarely. */
function isMixed(text: string): boolean {
  const changes = [...text].filter((one, at) => at > 0 && kindOf(one) !== kindOf(text[at - 1]))
  return text.length >= 32 && changes.length > text.length / 2
}

/** Whether a secret contains a placeholder as a separate word; in a text that is not mixed, also as a part of a word. */
function hasPlaceholder(secret: string): boolean {
  const goesOn = (word: string) => /^(?:[a-zA-Z][a-z]|[A-Z]{2})$/.test(word)
  return [...secret.matchAll(PLACEHOLDER)].some(({ 0: word, index }) => {
    const end = index + word.length
    const isPart = goesOn(secret.slice(index - 1, index + 1)) || goesOn(secret.slice(end - 1, end + 1))
    return !isPart || !isMixed(secret)
  })
}

/** Whether a secret is in a dictionary, or has too few or too regular characters to be random. */
export function isWeakSecret(secret: string): boolean {
  const different = new Set(secret).size
  return (
    hasPlaceholder(secret) ||
    REPEATED.test(secret) ||
    inARow(secret) > (secret.length * 3) / 4 ||
    // A claim code is short, and may be random with few different characters.
    different < Math.min(8, secret.length / 3)
  )
}
