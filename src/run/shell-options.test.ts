import { expect, test } from 'vitest'
import { replacesOptions } from './shell-options.js'

const shell = (text: string, env: Record<string, string> = { USERTWO_PHASE: '8' }) =>
  replacesOptions(['/bin/sh', '-c', text], env)

test.each([
  'NODE_OPTIONS=--max-old-space-size=512 node server.js',
  'npm run build && NODE_OPTIONS="--enable-source-maps" node server.js',
  "NODE_ENV=production NODE_OPTIONS='--x $NODE_OPTIONS' node server.js",
  'export NODE_OPTIONS=--enable-source-maps; node server.js',
  'env PORT=1 NODE_OPTIONS= node server.js',
])('%s takes the layers away, and is refused', (text) => {
  expect(shell(text)).toMatch(/^the command sets NODE_OPTIONS, .*NODE_OPTIONS="\$NODE_OPTIONS …"/)
})

test.each([
  'node server.js',
  'NODE_OPTIONS="$NODE_OPTIONS --enable-source-maps" node server.js',
  // A Node process of its own, which hands the layers on.
  'cross-env NODE_OPTIONS=--enable-source-maps node server.js',
  'echo "MY_NODE_OPTIONS=1"',
])('%s keeps them', (text) => {
  expect(shell(text)).toBeNull()
})

test('at dial 0, and where no shell reads it, nothing is refused', () => {
  const text = 'NODE_OPTIONS=--x node server.js'
  expect(shell(text, { USERTWO_PHASE: '0' })).toBeNull()
  expect(shell(text, {})).not.toBeNull()
  expect(replacesOptions(['node', '-e', text], { USERTWO_PHASE: '8' })).toBeNull()
  expect(replacesOptions([text], { USERTWO_PHASE: '8' }, true)).not.toBeNull()
})
