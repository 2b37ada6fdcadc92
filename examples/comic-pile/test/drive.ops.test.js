import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import pg from 'pg'
import { expect, test } from 'vitest'
import { createApp } from '../server/app.js'
import { spawnServer } from './support/server.js'

const run = promisify(execFile)
const cwd = new URL('..', import.meta.url)

// Routes no request of the day can end well on.
const UNREACHABLE = ['GET /debug/trigger-500', 'GET /api/tasks/completed', 'GET /api/tasks/not-completed']

function routesOf(stack, prefix = '') {
  return stack.flatMap((layer) => {
    if (layer.route) {
      const methods = Object.keys(layer.route.methods)
      const paths = [layer.route.path].flat()
      return paths.flatMap((path) => methods.map((method) => `${method.toUpperCase()} ${prefix}${path}`))
    }
    if (layer.name !== 'router') return []
    const mount = ['/api', '/debug'].find((path) => layer.regexp.test(path) && !layer.regexp.fast_slash) ?? ''
    return routesOf(layer.handle.stack, mount)
  })
}

const matcher = (route) => new RegExp(`^${route.replace(/:\w+/g, '[^/]+').replace(/[?]/g, '\\?')}$`)

test('the drive exercises every route with a good answer', { timeout: 60_000 }, async () => {
  const admin = new pg.Client({ connectionString: process.env.DATABASE_URL })
  await admin.connect()
  await admin.query('create database cp_drive')
  const url = new URL(process.env.DATABASE_URL)
  url.pathname = '/cp_drive'
  const env = { PATH: process.env.PATH, DATABASE_URL: url.href }
  await run(process.execPath, ['server/migrate.js'], { cwd, env })
  await run(process.execPath, ['server/seed.js'], { cwd, env })
  const server = spawnServer(env)
  try {
    const driveEnv = { PATH: process.env.PATH, BASE_URL: await server.listening, DRIVE_LOG: '1' }
    const { stdout } = await run(process.execPath, ['scripts/drive.js'], { cwd, env: driveEnv })
    const good = stdout
      .split('\n')
      .map((line) => /^(\S+) ([^\s?]+)\S* [23]\d\d$/.exec(line))
      .filter(Boolean)
      .map(([, method, path]) => `${method} ${path}`)
    const routes = routesOf(createApp()._router.stack)
    expect(routes).toHaveLength(60)
    const missed = routes.filter(
      (route) => !UNREACHABLE.includes(route) && !good.some((request) => matcher(route).test(request)),
    )
    expect(missed).toEqual([])
  } finally {
    await server.stop()
    await admin.query('drop database cp_drive with (force)')
    await admin.end()
  }
})
