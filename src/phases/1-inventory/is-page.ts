interface Shown {
  contentType: unknown
  body: string
}

/** Whether an answer calls itself HTML, be it a word of a page. */
export function isHtml({ contentType }: Pick<Shown, 'contentType'>): boolean {
  return /^text\/html\b/i.test(String(contentType))
}

/**
 * Whether an answer is a page: HTML with a tag in it. Express calls every text that is sent HTML, an "ok" too, and
 * nothing in that can be linked or submitted.
 */
export function isPage(shown: Shown): boolean {
  return isHtml(shown) && /<[a-z!]/i.test(shown.body)
}
