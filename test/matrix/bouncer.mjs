// A real PgBouncer before the database, with a login of its own for requests.
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ROOT, say } from '../../scripts/prepare/step.mjs'
import { enforcementOf, run } from './database.mjs'

/** @returns null, having said so, where PgBouncer is not installed; in CI that is an error */
export async function bouncerTo({ url, adminUrl }) {
  const { pgbouncerVersion, startPgBouncer } = await support('pgbouncer')
  if (pgbouncerVersion()) return startPgBouncer(await requestLogin({ url, adminUrl }))
  const fix = 'PgBouncer is not installed: apt-get install pgbouncer'
  if (process.env.CI) throw new Error(fix)
  say(`NOT RUN: the cells through PgBouncer. ${fix}`)
  return null
}

/** PgBouncer refuses startup options, so the login itself rests in the request role, with no user. */
async function requestLogin({ url, adminUrl }) {
  const through = new URL(url)
  const database = through.pathname.slice(1)
  const { requestRole } = (await enforcementOf(url)).connection
  const login = `${database}_web`
  const password = randomBytes(8).toString('hex')
  await run(
    adminUrl,
    `create role ${login} login password '${password}'; grant ${requestRole} to ${login};
     alter role ${login} in database ${database} set role = ${requestRole};
     alter role ${login} in database ${database} set usertwo.user_id = 'none'`,
  )
  return Object.assign(through, { username: login, password }).href
}

/** A module of test/support, which is TypeScript. */
async function support(name) {
  const to = join(ROOT, 'node_modules', '.cache', 'usertwo-matrix')
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc')
  const options = '--ignoreConfig --module nodenext --target es2023 --skipLibCheck --types node'.split(' ')
  const file = join('test', 'support', name)
  const places = ['--rootDir', ROOT, '--outDir', to] // so that what it imports from elsewhere has its place too
  execFileSync(process.execPath, [tsc, join(ROOT, `${file}.ts`), ...options, ...places], { stdio: 'inherit' })
  return import(pathToFileURL(join(to, `${file}.js`)).href)
}
