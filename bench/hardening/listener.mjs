import express from 'express'
import knex from 'knex'
import { parseConfig } from '../../dist/src/config/config.js'
import { parseSettings } from '../../dist/src/config/settings.js'
import { asInnerApp } from '../../dist/src/express/inner-app.js'
import { usertwo } from '../../dist/src/index.js'
import { layered, oneApp } from '../../dist/src/layers.js'
import { hardening } from '../../dist/src/phases/2-hardening/phase.js'
import { makeLog, makeOwnLog } from '../../dist/src/redaction/log.js'

const CONFIG = {
  app: { start: ['node', 'server.js'] },
  owner: { id: 1 },
  users: { table: 'users' },
  routes: { public: ['GET /health'], debug: ['/debug'], ops: ['/api/admin'] },
}

/** Returns the listener of a variant. */
export async function listenerFor(name, url) {
  Object.assign(process.env, {
    ENVIRONMENT: 'test',
    USERTWO_PHASE: '2',
    TRUST_PROXY: '1',
    CORS_ORIGINS: 'https://app.example.com',
    DATABASE_URL: url,
  })
  const app = bareApp(url)
  if (name === 'the app alone') return app
  if (name === 'all layers') {
    const wrapped = usertwo(app, CONFIG)
    await wrapped.ready()
    return wrapped
  }
  return wrappedWith(
    app,
    hardening.layers.filter((layer) => layer.make.name === name),
  )
}

/** Returns an app with a route like comic-pile's: a query and a JSON response. */
function bareApp(url) {
  const db = knex({ client: 'pg', connection: url, pool: { min: 4, max: 4 } })
  return express().get('/health', async (_req, res) => {
    await db.raw('select 1')
    res.json({ status: 'healthy', database: 'connected' })
  })
}

function wrappedWith(app, layers) {
  const runtime = { kit: kitOf(), failed: () => {}, readiness: async () => ({ ready: true }) }
  return layered(oneApp(asInnerApp(app)), runtime, [{ ...hardening, layers }])
}

function kitOf() {
  const settings = parseSettings()
  return {
    config: parseConfig(CONFIG),
    settings,
    dial: 2,
    has: (phase) => ['inventory', 'hardening'].includes(phase),
    knowsPeople: false,
    preparesStatements: true,
    log: makeLog(settings),
    ownLog: makeOwnLog(settings),
    clock: { now: () => new Date() },
    userOf: () => null,
    report: () => {},
    registrationOpen: () => false,
    registered: async () => {},
    onDispose: () => {},
  }
}
