import { expect, it } from 'vitest'
import { ownCopy } from './versions.js'

const texts = (file: string, text: string) => ({ folder: '/app', texts: new Map([[file, text]]), left: [] })
const npm = (paths: Record<string, string>) =>
  JSON.stringify(
    { packages: Object.fromEntries(Object.entries(paths).map(([at, version]) => [at, { version }])) },
    null,
    2,
  )

it('takes the copy that the app itself loads, not one inside another package, whatever the order', () => {
  const nested = npm({
    'node_modules/@tsoa/runtime/node_modules/express': '5.0.1',
    'node_modules/express': '5.1.0',
  })
  expect(ownCopy('express', '^5.0.0', texts('package-lock.json', nested), [])).toMatchObject({
    version: '5.1.0',
    path: 'node_modules/express',
  })
})

it.each([
  ['yarn.lock', 'express@^4.21.2:\n  version "4.21.2"\n\nexpress@^5.1.0:\n  version "5.1.0"\n'],
  [
    'pnpm-lock.yaml',
    'packages:\n\n  express@4.21.2:\n    resolution: {}\n\n  express@5.1.0:\n    resolution: {}\n',
  ],
])('takes the copy of the major version that the app asks for: %s', (file, text) => {
  expect(ownCopy('express', '^5.1.0', texts(file, text), [])?.version).toBe('5.1.0')
  expect(ownCopy('express', '~4.21', texts(file, text), [])?.version).toBe('4.21.2')
  expect(ownCopy('express', '*', texts(file, text), [])?.version).toBe('4.21.2')
})
