import { once } from 'node:events'
import { backup } from './backup.js'
import { config } from './config.js'
import { db } from './db.js'
import { log } from './logging.js'
import { createTables } from './models/index.js'

const ATTEMPTS = 5
const WAIT = 5_000
const BACKUP_CAP = 60_000

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function databaseAnswers() {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      await db.raw('select 1')
      return true
    } catch (err) {
      log.error(`Database not reachable (attempt ${attempt} of ${ATTEMPTS}): ${err.message}`)
      if (attempt < ATTEMPTS) await wait(WAIT)
    }
  }
  return false
}

async function backupWithCap() {
  let timer
  const cap = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('Backup timeout after 60 seconds')), BACKUP_CAP)
  })
  try {
    await Promise.race([backup(), cap])
  } finally {
    clearTimeout(timer)
  }
}

/** What happens before the first request. A failure here never keeps the app from serving. */
export async function prepare() {
  log.info(`Starting in ${config.environment} with database ${config.databaseUrl.split('@')[0]}@...`)
  if (!(await databaseAnswers())) {
    log.error('Giving up on the database; serving without it')
    return
  }
  try {
    await createTables(db)
  } catch (err) {
    log.error(`Could not create the tables: ${err.stack}`)
  }
  if (!config.backup.enabled) return
  try {
    await backupWithCap()
  } catch (err) {
    log.error(`Backup failed: ${err.stack}`)
  }
}

export async function announce(server) {
  if (!server.listening) await once(server, 'listening')
  const { address, port } = server.address()
  log.info(`Comic Pile listening on http://${address}:${port}`)
}
