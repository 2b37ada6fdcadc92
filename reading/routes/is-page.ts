import { isHtml } from '../../src/core/is-html.js'

interface Shown {
  contentType: unknown
  body: string
}

/**
 * Returns whether a response is a page: HTML with at least one tag. Express sends every string as HTML, even
 * "ok", and such a response has no links or forms.
 */
export function isPage(shown: Shown): boolean {
  return isHtml(shown.contentType) && /<[a-z!]/i.test(shown.body)
}
