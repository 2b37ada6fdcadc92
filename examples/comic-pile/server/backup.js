import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { config } from './config.js'
import { db } from './db.js'
import { log } from './logging.js'
import { models } from './models/index.js'

const hash = (text) => createHash('sha256').update(text).digest('hex')

async function dump() {
  const tables = {}
  for (const { name } of models) tables[name] = await db(name).orderBy('id')
  return JSON.stringify(tables, null, 2)
}

/** Writes every table to a file, and drops the oldest files. */
export async function backup() {
  const { dir, max, skipIfUnchanged } = config.backup
  const text = await dump()
  await mkdir(dir, { recursive: true })
  const files = (await readdir(dir)).filter((file) => /^backup_.*\.json$/.test(file)).sort()
  const newest = files.at(-1)
  if (skipIfUnchanged && newest && hash(await readFile(join(dir, newest), 'utf8')) === hash(text)) {
    log.info('Backup skipped: nothing has changed')
    return
  }
  const name = `backup_${new Date().toISOString().replace(/[:.]/g, '-')}.json`
  await writeFile(join(dir, name), text)
  for (const file of [...files, name].slice(0, -max)) await rm(join(dir, file), { force: true })
  log.info(`Backup written to ${join(dir, name)}`)
}
