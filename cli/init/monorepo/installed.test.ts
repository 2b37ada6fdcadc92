import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { refuseNotInstalled } from './installed.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'usertwo-installed-'))
  file('pnpm-workspace.yaml', 'packages: [api]\n')
  file('api/package.json', '{}')
})
afterEach(() => rmSync(root, { recursive: true }))

function file(name: string, text: string) {
  mkdirSync(dirname(join(root, name)), { recursive: true })
  writeFileSync(join(root, name), text)
}

it('says how to install what is missing, and where', () => {
  const refuse = () => refuseNotInstalled(join(root, 'api'))
  expect(refuse).toThrow('the packages of the app are not installed: pnpm install, in ..')
  file('api/node_modules/express/index.js', '')
  expect(refuse).toThrow('usertwo is not installed where the app is: pnpm --filter ./api add usertwo, in ..')
  file('node_modules/usertwo/index.js', '')
  expect(refuse).not.toThrow()
})
