import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { generatePrisma } from '../matrix/prisma.mjs'

const run = promisify(execFile)

/** What the ways of test/isolation/mixed-users/libraries.mjs need: too large, at 330 MB, for every checkout. */
const DEPENDENCIES = {
  '@mikro-orm/core': '6.6.16',
  '@mikro-orm/postgresql': '6.6.16',
  '@prisma/adapter-pg': '7.10.0',
  '@prisma/client': '7.10.0',
  prisma: '7.10.0',
}

const SCHEMA = `
generator client {
  provider = "prisma-client-js"
}
datasource db {
  provider = "postgresql"
}
model items {
  id      Int     @id @default(autoincrement())
  name    String
  done    Boolean @default(false)
  list_id Int
}`

export interface MixingLibraries {
  /** the folder that has them in its node_modules */
  folder: string
  remove(): void
}

/**
 * Installs the libraries into a folder of their own, which takes a minute.
 * @returns null where the registry of npm cannot be reached, which it prints
 * @throws where `CI` is set and they cannot be installed, and for any other failure
 */
export async function installMixingLibraries(): Promise<MixingLibraries | null> {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-libraries-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'libraries', private: true, dependencies: DEPENDENCIES }),
  )
  try {
    await run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder })
  } catch (error) {
    remove()
    if (process.env.CI || !isOffline(error)) throw error
    console.warn('SKIPPED: the registry of npm cannot be reached, so Prisma and MikroORM are not tested')
    return null
  }
  writeFileSync(join(folder, 'schema.prisma'), SCHEMA)
  await generatePrisma(folder, 'schema.prisma')
  return { folder, remove }
}

const isOffline = (error: unknown) =>
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT)\b/.test(
    (error as { stderr?: string }).stderr ?? '',
  )
