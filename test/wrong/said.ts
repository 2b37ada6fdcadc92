import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll } from 'vitest'
import { COMMANDS } from '../../cli/commands/index.js'
import type { CommandName } from '../../cli/declared/index.js'
import { inWords } from '../../cli/in-words.js'
import { parseConfig } from '../../src/config/config.js'
import { parseSettings } from '../../src/config/settings.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** The configuration of an app, which cases spoil. */
export const RIGHT = {
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
}
export const CONFIG_TEXT = `export default ${JSON.stringify(RIGHT)}`
/** The environment of a production at phase 8, which cases spoil. */
export const PRODUCTION = {
  ENVIRONMENT: 'production',
  USERTWO_PHASE: '8',
  DATABASE_URL: 'postgres://app:1@localhost/app',
  CORS_ORIGINS: 'https://app.example.com',
  JWT_SECRET: 'kX9vQ2mZ7rT4wB8nL3pF6hJ1sD5gC0yA',
}

/** A folder with these files, gone after the tests. */
export function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-wrong-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

/** What an error of the command line prints. */
function printed(error: unknown): string {
  return inWords(error) ?? String((error as Error).stack)
}

export function ofConfig(input: unknown): string {
  return thrownBy(() => parseConfig(input, 'usertwo.config.js'))
}

export function ofEnvironment(change: Record<string, string | undefined>): string {
  return thrownBy(() => parseSettings({ ...PRODUCTION, ...change }))
}

function thrownBy(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return printed(error)
  }
  return 'nothing was refused'
}

/** What a command prints on stderr, run in this process. */
export async function ofCommand(name: CommandName, ...args: string[]): Promise<string> {
  const { command } = await COMMANDS[name]()
  return command.run(args).then((code) => `ended with ${code}`, printed)
}

/** What a process of Node prints on stderr. */
export function ofProcess(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  return new Promise((resolve) =>
    execFile(
      process.execPath,
      [...args],
      { cwd, env: { PATH: process.env.PATH, ...env } },
      (error, _out, said) => resolve(error ? said.trim() : 'ended with 0'),
    ),
  )
}

/** The same of `usertwo` itself. */
export function ofTool(
  cwd: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  return ofProcess(cwd, [join(ROOT, 'dist/cli/main.js'), ...args], env)
}

/** The source of an app that is wrapped. */
export function appText(module: 'esm' | 'cjs', config: object = RIGHT): string {
  const url = (path: string) => JSON.stringify(pathToFileURL(join(ROOT, path)).href)
  const [express, usertwo] = [url('node_modules/express/index.js'), url('dist/src/index.js')]
  const listen = `usertwo(express(), ${JSON.stringify(config)}).listen()`
  return module === 'esm'
    ? `import express from ${express}\nimport { usertwo } from ${usertwo}\nawait ${listen}`
    : `import(${express}).then(({ default: express }) => import(${usertwo}).then(({ usertwo }) => { ${listen} }))`
}
