/** Whether a media type is HTML: `text/html; charset=utf-8`, `application/xhtml+xml`. */
export function isHtml(contentType: unknown): boolean {
  return /html/i.test(String(contentType ?? ''))
}
