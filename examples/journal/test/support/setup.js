import { script } from './script.js'

export default async function setup() {
  let stop
  if (!process.env.DATABASE_URL) {
    const { startPostgres } = await import('./postgres.js')
    const postgres = await startPostgres()
    process.env.DATABASE_URL = postgres.url
    stop = postgres.stop
  }
  script('migrate')
  return stop
}
