import { startPostgres } from './postgres.js'
import { spawnServer } from './server.js'

export default async function setup() {
  if (process.env.COMIC_PILE_URL) {
    if (!process.env.DATABASE_URL)
      throw new Error('COMIC_PILE_URL also needs the DATABASE_URL of that server')
    return undefined
  }
  const postgres = await startPostgres()
  // Not in UTC, so that a time read in the wrong zone is seen.
  const server = spawnServer({ DATABASE_URL: postgres.url, TZ: 'America/New_York' })
  process.env.DATABASE_URL = postgres.url
  process.env.COMIC_PILE_URL = await server.listening
  return async () => {
    await server.stop()
    await postgres.stop()
  }
}
