import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'

const env = process.env
const folder = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url))

// The platform's own names come as they are, the journal's with its prefix.
export const config = {
  databaseUrl: env.DATABASE_URL,
  port: Number(env.PORT ?? 3100),
  host: env.JOURNAL_HOST ?? '127.0.0.1',
  title: env.JOURNAL_TITLE ?? 'Journal',
  maxUpload: Number(env.JOURNAL_MAX_UPLOAD_MB ?? 5) * 1024 * 1024,
  demo: {
    username: env.JOURNAL_DEMO_USERNAME ?? 'demo',
    password: env.JOURNAL_DEMO_PASSWORD ?? 'demo',
    autoLogin: env.JOURNAL_DEMO_AUTO_LOGIN === '1',
  },
  // Without one, a restart ends every login.
  secret: env.JOURNAL_SECRET ?? randomBytes(32).toString('hex'),
  views: folder('views'),
  static: folder('static'),
}
