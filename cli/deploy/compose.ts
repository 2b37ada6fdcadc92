import type { AppFacts } from './app-facts.js'
import { FIGURES, FIGURES_SECRETS } from './figures.js'
import { MIGRATE } from './platforms.js'

/** Where the first start of PostgreSQL makes the app's login. */
export const DATABASE_SCRIPT = 'usertwo/deploy/database.sh'

/**
 * The app with what it needs, on one machine. PgBouncer, Prometheus and the app's own tables are started by name, since each
 * needs a step of its own first.
 */
export function composeText(app: AppFacts): string {
  const admin = `postgres://postgres:\${POSTGRES_PASSWORD}@postgres:5432/app`
  const migrate = JSON.stringify([...MIGRATE, '--admin', admin])
  return `# Written by \`usertwo deploy init docker\`. Passwords come from the file .env beside it, which is not committed:
#   POSTGRES_PASSWORD, APP_PASSWORD, JWT_SECRET: openssl rand -hex 32 each
# docker compose run --rm tables      once, on the empty database
# docker compose up --wait
name: ${app.name}

x-app: &app
  build: .
  image: ${app.name}
  environment: &environment
    ENVIRONMENT: \${ENVIRONMENT:-production}
    USERTWO_PHASE: \${USERTWO_PHASE:-0}
    DATABASE_URL: \${APP_DATABASE_URL:-postgres://app:\${APP_PASSWORD}@postgres:5432/app}
${redisLine(app)}    JWT_SECRET: \${JWT_SECRET:?set it in .env}
    CORS_ORIGINS: \${CORS_ORIGINS:-http://localhost:3000}
    ALLOWED_HOSTS: \${ALLOWED_HOSTS:-localhost}
    TRUST_PROXY: \${TRUST_PROXY:-0}
    METRICS: \${METRICS:-false}
    METRICS_TOKEN: \${METRICS_TOKEN:-}

services:
${serverServices(app)}
  # Brings the database to the dial; the app is started when it has ended with 0.
  migrate:
    <<: *app
    command: ${migrate}
    environment:
      <<: *environment
      # The owner of the tables, and past a pooler.
      DATABASE_URL: postgres://app:\${APP_PASSWORD}@postgres:5432/app
    depends_on:
      postgres: { condition: service_healthy }

  app:
    <<: *app
    ports:
      - "\${PORT:-3000}:3000"
    depends_on:
      migrate: { condition: service_completed_successfully }
${app.redis ? '      redis: { condition: service_healthy }\n' : ''}    restart: on-failure
    # The process ends within USERTWO_STOP_LIMIT, 9 s by default.
    stop_grace_period: 30s
${tablesService(app)}
${POOLER}
${FIGURES}
volumes:
  database:
  figures:

${FIGURES_SECRETS}`
}

/** A start with REDIS_URL and without the packages would be refused. */
function redisLine({ redis }: AppFacts): string {
  if (redis) return '    REDIS_URL: redis://redis:6379\n'
  return `    # Rate limits that replicas share: npm install ioredis rate-limit-redis, docker compose --profile redis up, and here
    # REDIS_URL: redis://redis:6379
`
}

/** What the app needs next to it, each with a health check. */
function serverServices({ redis }: AppFacts): string {
  return `  postgres:
    image: postgres:17
    environment:
      POSTGRES_DB: app
      POSTGRES_PASSWORD: \${POSTGRES_PASSWORD:?set it in .env}
      APP_PASSWORD: \${APP_PASSWORD:?set it in .env}
    volumes:
      - database:/var/lib/postgresql/data
      - ./${DATABASE_SCRIPT}:/docker-entrypoint-initdb.d/database.sh:ro
    healthcheck:
      test: ["CMD", "pg_isready", "-h", "127.0.0.1", "-U", "app", "-d", "app"]
      interval: 2s
      timeout: 3s
      retries: 30
    stop_grace_period: 60s

  redis:
${redis ? '' : '    profiles: [redis]\n'}    image: redis:7
    command: ["redis-server", "--save", "", "--appendonly", "no"]
    healthcheck:
      test: ["CMD", "redis-cli", "ping"]
      interval: 2s
      timeout: 3s
      retries: 30
`
}

/** A profile: from phase 6 on its login has to be made first. */
const POOLER = `  # docker compose --profile pgbouncer up: docs/how-to/pgbouncer.md has the login that it needs from phase 6 on. Then
  # APP_DATABASE_URL=postgres://app_requests:…@pgbouncer:6432/app
  pgbouncer:
    profiles: [pgbouncer]
    image: edoburu/pgbouncer:v1.24.1-p1
    environment:
      DATABASE_URL: postgres://\${PGBOUNCER_USER:-app_requests}:\${PGBOUNCER_PASSWORD:-}@postgres:5432/app
      LISTEN_PORT: "6432"
      AUTH_TYPE: scram-sha-256
      POOL_MODE: transaction
      MAX_CLIENT_CONN: "200"
      DEFAULT_POOL_SIZE: "20"
    depends_on:
      postgres: { condition: service_healthy }
`

function tablesService({ tables }: AppFacts): string {
  if (!tables) return ''
  return `
  # The app's own migrations, on an empty database: docker compose run --rm tables
  tables:
    <<: *app
    profiles: [tables]
    command: ${JSON.stringify(tables)}
    environment:
      <<: *environment
      DATABASE_URL: postgres://app:\${APP_PASSWORD}@postgres:5432/app
    depends_on:
      postgres: { condition: service_healthy }
`
}

/** Of the first start of the image: the app connects as a plain login, since a superuser sees every user's rows. */
export const DATABASE_SCRIPT_TEXT = `#!/bin/sh
# Written by \`usertwo deploy init docker\`. PostgreSQL runs it once, on an empty volume: the app's login has no rights of a superuser, and
# owns its database.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "\${POSTGRES_USER:-postgres}" --dbname "$POSTGRES_DB" \\
  --set password="$APP_PASSWORD" --set database="$POSTGRES_DB" <<'SQL'
create role app login password :'password';
alter database :"database" owner to app;
alter schema public owner to app;
SQL
`
