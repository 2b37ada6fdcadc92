import { fileURLToPath } from 'node:url'

const env = process.env

if (!/^postgres(ql)?:\/\//.test(env.DATABASE_URL ?? '')) {
  console.error('DATABASE_URL is required and must start with postgres:// or postgresql://')
  process.exit(1)
}

const flag = (value, fallback) => (value === undefined ? fallback : ['true', '1', 'yes'].includes(value))
const folder = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

export const config = {
  databaseUrl: env.DATABASE_URL,
  port: Number(env.PORT ?? 8000),
  host: env.HOST ?? '127.0.0.1',
  environment: env.ENVIRONMENT ?? 'development',
  logLevel: (env.LOG_LEVEL ?? 'info').toLowerCase(),
  logFile: env.LOG_FILE,
  secretKey: env.SECRET_KEY,
  corsOrigins: env.CORS_ORIGINS?.split(',').map((origin) => origin.trim()) ?? '*',
  backup: {
    enabled: flag(env.AUTO_BACKUP_ENABLED, true),
    dir: env.BACKUP_DIR ?? folder('backups'),
    max: Number(env.MAX_BACKUPS ?? 10),
    skipIfUnchanged: flag(env.SKIP_IF_UNCHANGED, true),
  },
  issues: { url: env.ISSUE_TRACKER_URL, token: env.ISSUE_TRACKER_TOKEN },
  dist: folder('dist'),
  static: folder('static'),
}
