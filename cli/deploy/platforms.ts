import { shellQuoted } from '../../proof/gate/app/http.js'
import type { AppFacts } from './app-facts.js'

/**
 * Brings the database to the dial before the new version starts. `--dial` waits for a database that comes up late.
 * By its path, since images and platforms have no PATH to packages.
 */
export const MIGRATE = ['node_modules/.bin/usertwo', 'migrate', 'up', '--dial', '--allow-remote']

/** Seconds after SIGTERM at which a platform kills. The process ends within USERTWO_STOP_LIMIT, 9 s by default. */
const KILL_AFTER = 30

/** A command in one line, in which each word stays one. */
const inShell = (words: readonly string[]) =>
  words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : shellQuoted(word))).join(' ')

const inYaml = (text: string) => (/^[\w@%+=,./ -]+$/.test(text) ? text : JSON.stringify(text))

/** Config as code of Railway. A number where its documentation once showed text: text is refused. */
export function railwayText({ health, start }: AppFacts): string {
  const config = {
    $schema: 'https://railway.com/railway.schema.json',
    build: { builder: 'DOCKERFILE', dockerfilePath: 'Dockerfile' },
    deploy: {
      preDeployCommand: [MIGRATE.join(' ')],
      startCommand: inShell(start),
      healthcheckPath: health,
      healthcheckTimeout: 120,
      restartPolicyType: 'ON_FAILURE',
      restartPolicyMaxRetries: 10,
      overlapSeconds: 10,
      drainingSeconds: KILL_AFTER,
    },
  }
  return `${JSON.stringify(config, null, 2)}\n`
}

export function flyText({ name, health }: AppFacts): string {
  return `# Written by \`usertwo deploy init\`. Secrets: fly secrets set DATABASE_URL=… JWT_SECRET=…
app = "${name}"
kill_signal = "SIGTERM"
kill_timeout = ${KILL_AFTER}

[build]
  dockerfile = "Dockerfile"

[deploy]
  # Runs in a machine of its own; where it fails, no machine is replaced.
  release_command = "${MIGRATE.join(' ')}"
  strategy = "rolling"

[env]
  ENVIRONMENT = "production"
  USERTWO_PHASE = "0"
  PORT = "3000"
  TRUST_PROXY = "1"
  CORS_ORIGINS = "https://${name}.fly.dev"

[http_service]
  internal_port = 3000
  force_https = true
  auto_stop_machines = "off"
  min_machines_running = 2

  # From dial 1 on /ready also looks at the database, and answers 503 while a machine stops.
  [[http_service.checks]]
    method = "GET"
    path = "${health}"
    interval = "10s"
    timeout = "3s"
    grace_period = "40s"
`
}

export function renderText({ name, health, start }: AppFacts): string {
  return `# Written by \`usertwo deploy init\`. What has \`sync: false\` is set in the dashboard.
services:
  - type: web
    name: ${name}
    runtime: docker
    dockerfilePath: ./Dockerfile
    plan: starter
    numInstances: 2
    preDeployCommand: ${MIGRATE.join(' ')}
    dockerCommand: ${inYaml(inShell(start))}
    healthCheckPath: ${health}
    maxShutdownDelaySeconds: ${KILL_AFTER}
    envVars:
      - key: ENVIRONMENT
        value: production
      - key: USERTWO_PHASE
        value: "0"
      - key: TRUST_PROXY
        value: "1"
      # A plain login, no superuser: docs/how-to/hosted-database.md.
      - key: DATABASE_URL
        sync: false
      - key: JWT_SECRET
        generateValue: true
      - key: CORS_ORIGINS
        sync: false
`
}
