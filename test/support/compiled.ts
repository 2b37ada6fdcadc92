import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

let folder: Promise<string> | undefined

/**
 * The URL of a module compiled to JavaScript, for child processes: Node itself reads no TypeScript.
 *
 * @param module below the root, as it is imported: `src/database/migrator.js`
 */
export async function compiled(module: string): Promise<string> {
  folder ??= compile()
  return pathToFileURL(join(await folder, 'dist', module)).href
}

async function compile(): Promise<string> {
  const cache = join(ROOT, 'node_modules', '.cache')
  await mkdir(cache, { recursive: true })
  const place = await mkdtemp(join(cache, 'usertwo-'))
  await writeFile(join(place, 'package.json'), '{ "type": "module" }')
  await symlink(join(ROOT, 'migrations'), join(place, 'migrations'))
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const args = [tsc, '-p', join(ROOT, 'tsconfig.build.json'), '--outDir', join(place, 'dist')]
  // Type errors do not matter here: code that cannot run shows in the test, and `npm run check` reports them.
  await new Promise<void>((done) => {
    execFile(process.execPath, [...args, '--incremental', 'false', '--tsBuildInfoFile', 'null'], () => done())
  })
  return place
}

afterAll(async () => {
  if (folder) await rm(await folder, { recursive: true, force: true })
})
