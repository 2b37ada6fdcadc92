/**
 * Whether an answer is a page: HTML with a tag in it. Express calls every text that is sent HTML, an "ok" too, and
 * nothing in that can be guarded, linked or submitted.
 */
export function isPage({ contentType, body }: { contentType: unknown; body: string }): boolean {
  return /^text\/html\b/i.test(String(contentType)) && /<[a-z!]/i.test(body)
}
