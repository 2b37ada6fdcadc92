import { expect, test } from 'vitest'
import { refusedScripts } from './pages.js'

test.each([
  ['<script src="https://cdn.example/axios.js"></script>', /^a script of cdn\.example/],
  ['<script\n src="//cdn.example/axios.js"></script>', /^a script of cdn\.example/],
  ['<script>go()</script>', /^a script within the page: .*cspNonce\(\)/],
  ['<button type="button" onclick="go()">Go</button>', /^an onclick/],
])('%s is refused', (html, why) => {
  expect(refusedScripts(html)).toEqual([expect.stringMatching(why)])
})

test('scripts of the app, data and links elsewhere are not', () => {
  const html = `<script nonce="">go()</script><script src="./app.js"></script><script type="application/json">{"a":1}</script>
    <a href="https://other.example">on time = "now"</a>`
  expect(refusedScripts(html)).toEqual([])
})
