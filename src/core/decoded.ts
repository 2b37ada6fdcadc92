/** Decodes `%20` and the like (RFC 3986, 2.1); returns the text unchanged if it cannot be decoded. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
