// The package as an adopter gets it, by each package manager: loaded by import and by require, typed by each resolution.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packed } from './support/installed.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc')

const MANAGERS = [
  ['npm', ['npm', 'install', '--no-audit', '--no-fund', '--prefer-offline']],
  ['pnpm', ['npx', '--yes', 'pnpm@10', 'install', '--prefer-offline']],
  ['yarn', ['npx', '--yes', 'yarn@1', 'install', '--prefer-offline', '--no-lockfile']],
] as const

const NAMES = '{ usertwo, scope, currentUserId }'
const FILES = {
  'es.mjs': `import ${NAMES} from 'usertwo'
import 'usertwo/express'
console.log([usertwo, scope, currentUserId].map((one) => typeof one).join())`,
  'common.cjs': `const ${NAMES} = require('usertwo')
require('usertwo/express')
console.log([usertwo, scope, currentUserId].map((one) => typeof one).join())`,
  'typed.mts': `import { currentUserId, scope, usertwo } from 'usertwo'
const user: string | number | null = currentUserId()
// @ts-expect-error: its types are there
const wrong: boolean = currentUserId()
export { scope, user, usertwo, wrong }`,
  // Express's types extend the same namespace, and passport's declare the same user.
  'request.mts': `import 'usertwo/express'
declare global {
  namespace Express {
    interface User {}
    interface Request { user?: User | undefined }
  }
}
export const nameOf = (req: Express.Request): string | null => req.user?.username ?? null
// @ts-expect-error: an anonymous request has none
export const idOf = (req: Express.Request): string | number => req.user.id
// @ts-expect-error: it has no such name
export const other = (req: Express.Request): string | undefined => req.user?.name`,
}
/** Options of the compiler, by how it finds modules. */
const RESOLUTIONS = [
  ['node16', ['--module', 'node16']],
  ['nodenext', ['--module', 'nodenext']],
  ['bundler', ['--module', 'esnext', '--moduleResolution', 'bundler']],
] as const

let made: Awaited<ReturnType<typeof packed>>
const folders: string[] = []
beforeAll(async () => {
  made = await packed()
}, 120_000)
afterAll(() => {
  made?.remove()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
})

function run(cwd: string, [program, ...args]: readonly string[]) {
  const { PATH, HOME } = process.env
  const env = { PATH, HOME, NO_COLOR: '1', npm_config_update_notifier: 'false' }
  return new Promise<{ code: number; said: string }>((done) => {
    execFile(program!, args, { cwd, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, said: `${stdout}${stderr}`.trim() }),
    )
  })
}

describe.each(MANAGERS)('installed by %s', (name, install) => {
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), `usertwo-by-${name}-`))
    folders.push(folder)
    const dependencies = { express: '^5.0.0', pg: '^8.0.0', usertwo: `file:${made.tarball}` }
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'app', private: true, dependencies }))
    for (const [file, text] of Object.entries(FILES)) writeFileSync(join(folder, file), text)
    const { code, said } = await run(folder, install)
    expect(code, said).toBe(0)
  }, 300_000)

  test.each(['es.mjs', 'common.cjs'])('it is loaded by %s', async (file) => {
    expect(await run(folder, [process.execPath, file])).toEqual({
      code: 0,
      said: 'function,function,function',
    })
  })

  test.each(RESOLUTIONS)('its types are found by %s', async (_name, how) => {
    const given = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--types', '']
    expect(await run(folder, [process.execPath, TSC, ...given, ...how, 'typed.mts', 'request.mts'])).toEqual({
      code: 0,
      said: '',
    })
  })

  test('its command runs', async () => {
    const { code, said } = await run(folder, [join(folder, 'node_modules/.bin/usertwo'), '--version'])
    expect([code, said]).toEqual([0, expect.stringContaining(version)])
  })
})
