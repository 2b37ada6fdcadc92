import { isHtml } from '../../src/core/is-html.js'

interface Shown {
  contentType: unknown
  body: string
}

/**
 * Whether an answer is a page: HTML with a tag in it. Express calls every text that is sent HTML, an "ok"
 * too, and nothing in that can be linked or submitted.
 */
export function isPage(shown: Shown): boolean {
  return isHtml(shown.contentType) && /<[a-z!]/i.test(shown.body)
}
