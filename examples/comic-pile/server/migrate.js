import { db } from './db.js'
import { log } from './logging.js'

try {
  const [batch, files] = await db.migrate.latest()
  if (files.length === 0) log.info('Nothing to migrate')
  else log.info(`Batch ${batch}:`, { files })
} catch (err) {
  log.error(`Migration failed: ${err.message}`)
  process.exitCode = 1
} finally {
  await db.destroy()
}
