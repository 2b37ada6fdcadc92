/** Whether a text has a name as a whole word, in any case. A name in another role, or in a comment, counts too. */
export function mentions(text: string, name: string): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`(?<![\\w$])${escaped}(?![\\w$])`, 'i').test(text)
}
