import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../../src/core/own-package.js'
import type { PlannedFile } from '../init/files/planned.js'
import type { AppFacts } from './app-facts.js'

const FOLDER = 'usertwo/deploy'

/** Prometheus and Grafana, as a profile: the app counts figures only with METRICS=true and prom-client. */
export const FIGURES = `  # Figures, alerts and a dashboard: npm install prom-client, and METRICS=true, METRICS_TOKEN and GRAFANA_PASSWORD in .env. Then
  # docker compose --profile metrics up, and http://localhost:3001 for Grafana (user: admin).
  prometheus:
    profiles: [metrics]
    image: prom/prometheus:v3.5.0
    secrets: [metrics_token]
    volumes:
      - ./${FOLDER}/prometheus:/etc/prometheus:ro
      - figures:/prometheus
    healthcheck:
      test: ["CMD", "wget", "--quiet", "--spider", "http://127.0.0.1:9090/-/ready"]
      interval: 5s
      timeout: 3s
      retries: 12

  grafana:
    profiles: [metrics]
    image: grafana/grafana:12.1.0
    secrets: [grafana_password]
    environment:
      GF_SECURITY_ADMIN_PASSWORD__FILE: /run/secrets/grafana_password
      GF_ANALYTICS_REPORTING_ENABLED: "false"
      GF_ANALYTICS_CHECK_FOR_UPDATES: "false"
    ports:
      - "127.0.0.1:\${GRAFANA_PORT:-3001}:3000"
    volumes:
      - ./${FOLDER}/grafana:/etc/grafana/provisioning:ro
    depends_on:
      prometheus: { condition: service_healthy }
`

/** Docker makes files of the variables, and starts neither service without its own: Grafana would be open to admin/admin. */
export const FIGURES_SECRETS = `secrets:
  metrics_token:
    environment: METRICS_TOKEN
  grafana_password:
    environment: GRAFANA_PASSWORD
`

const prometheusText = (app: AppFacts) => `# Written by \`usertwo deploy init docker\`.
global:
  scrape_interval: 15s
scrape_configs:
  - job_name: ${app.name}
    metrics_path: /metrics
    authorization:
      credentials_file: /run/secrets/metrics_token
    static_configs:
      - targets: ['app:3000']
rule_files:
  - alerts.yml
`

const DATASOURCE = `# Written by \`usertwo deploy init docker\`.
apiVersion: 1
datasources:
  - name: Prometheus
    type: prometheus
    url: http://prometheus:9090
    isDefault: true
`

const DASHBOARDS = `# Written by \`usertwo deploy init docker\`.
apiVersion: 1
providers:
  - name: usertwo
    type: file
    options:
      path: /etc/grafana/provisioning/dashboards
`

const packaged = (name: string) => readFileSync(join(PACKAGE_ROOT, 'docs', 'metrics', name), 'utf8')

/** What Prometheus and Grafana read: the alerts and the dashboard are those of the package. */
export const figuresFiles = (app: AppFacts): PlannedFile[] => [
  { file: `${FOLDER}/prometheus/prometheus.yml`, text: prometheusText(app) },
  { file: `${FOLDER}/prometheus/alerts.yml`, text: packaged('alerts.yml') },
  { file: `${FOLDER}/grafana/datasources/prometheus.yml`, text: DATASOURCE },
  { file: `${FOLDER}/grafana/dashboards/usertwo.yml`, text: DASHBOARDS },
  { file: `${FOLDER}/grafana/dashboards/usertwo.json`, text: packaged('dashboard.json') },
]
