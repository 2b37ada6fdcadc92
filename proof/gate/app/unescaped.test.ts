import { expect, test } from 'vitest'
import { unescaped } from './unescaped.js'

test.each([
  ['Tom &amp; Ann&#39;s &#x3C;list&gt;', "Tom & Ann's <list>"],
  ['&quot;a&nbsp;b&QUOT;', '"a b"'],
  ['&#1114112; &eacute; &amp;lt;', '&#1114112; &eacute; &lt;'],
])('reads each common character reference once: %s', (html, text) => {
  expect(unescaped(html)).toBe(text)
})
