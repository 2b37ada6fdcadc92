/** What was written with `%20` and the like (RFC 3986, 2.1); as it is where it was not. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
