// Each wrong configuration or environment prints one message, without a stack trace, and says how to fix it.
// WRONG_CONFIGS=FILE writes the table of what each prints.
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Clone } from '../proof/postgres/throw-away.js'
import { freshDatabase } from './support/postgres.js'
import {
  appText,
  CONFIG_TEXT,
  folderWith,
  ofCommand,
  ofConfig,
  ofEnvironment,
  ofProcess,
  ofTool,
  RIGHT,
} from './wrong/said.js'

// Some start processes, and the first of a command loads it.
vi.setConfig({ testTimeout: 240_000 })

const rows: string[] = []
afterAll(() => {
  const { WRONG_CONFIGS } = process.env
  if (WRONG_CONFIGS) writeFileSync(WRONG_CONFIGS, `| case | prints |\n|---|---|\n${rows.join('\n')}\n`)
})

/** One message: what is wrong and the fix, and nothing of a program's inside. */
function expectOneMessage(name: string, said: string, fix: RegExp): void {
  rows.push(`| ${name} | ${said.replaceAll('|', '\\|').replaceAll('\n', '<br>')} |`)
  expect(said).toMatch(fix)
  expect(said).not.toMatch(/^\s+at .+:\d+/m)
  const variables = [...said.matchAll(/^ {2}- ([A-Z_]{3,})/gm)].map(([, variable]) => variable)
  expect(new Set(variables).size, 'variables, each named once').toBe(variables.length)
  expect(said).not.toMatch(
    /Invalid input|Invalid option|Too small|Too big|received|node:internal|^\s*throw /m,
  )
}

const shared = (rest: object) => ({ ...RIGHT, ...rest })

test.each<[string, unknown, RegExp]>([
  ['exports nothing', undefined, /default export: expected an object.*got nothing/],
  ['exports a function', () => RIGHT, /got a function/],
  ['exports a list', [], /- the default export: expected an object.*got an empty list/],
  ['exports null', null, /got null/],
  [
    'app is missing',
    { owner: { id: 1 }, users: { table: 'users' } },
    /app: missing; .*example: app: \{ start: /,
  ],
  [
    'app.start is text',
    shared({ app: { start: 'node server.js' } }),
    /app\.start: expected a list, got "node server\.js"/,
  ],
  ['app.start is empty', shared({ app: { start: [] } }), /app\.start: expected a list that is not empty/],
  ['app.start has a number', shared({ app: { start: ['node', 1] } }), /app\.start\.1: expected text, got 1/],
  [
    'app.health has no slash',
    shared({ app: { ...RIGHT.app, health: 'ok' } }),
    /app\.health: expected text that starts with "\/", got "ok"/,
  ],
  [
    'app.env has a number',
    shared({ app: { ...RIGHT.app, env: { A: 1 } } }),
    /app\.env\.A: expected text, got 1/,
  ],
  [
    'app.env names another database',
    shared({ app: { ...RIGHT.app, env: { DATABASE_URL: 'postgres://u:hidden@h/d' } } }),
    /take it out, or say what to add/,
  ],
  [
    'app.env has an unknown $NAME',
    shared({ app: { ...RIGHT.app, env: { A: '$DB_URI' } } }),
    /\$DB_URI is not known; allowed: \$DATABASE_URL/,
  ],
  [
    'app.allowHosts is a URL',
    shared({ app: { ...RIGHT.app, allowHosts: ['http://x/y'] } }),
    /give 'host', 'host:port'/,
  ],
  [
    'app.managementPorts is too high',
    shared({ app: { ...RIGHT.app, managementPorts: [70_000] } }),
    /expected a number, at most 65535, got 70000/,
  ],
  ['owner is misspelt', { ...RIGHT, ownr: {} }, /ownr is not an option; did you mean owner\?/],
  [
    'owner is missing',
    { app: RIGHT.app, users: RIGHT.users },
    /owner: missing; .*example: owner: \{ id: 1 \}/,
  ],
  ['owner.id is missing', shared({ owner: {} }), /owner\.id: missing; expected a number or text/],
  ['owner.id is a list', shared({ owner: { id: [1] } }), /owner\.id: expected a number or text, got a list/],
  [
    'users is text',
    shared({ users: 'users' }),
    /users: expected an object, \{ … \}, got "users"; example: users: \{ table: 'users' \}/,
  ],
  [
    'users.login is unknown',
    shared({ users: { table: 'users', login: 'phone' } }),
    /expected 'email' or 'username', got "phone"/,
  ],
  ['tabels', shared({ tabels: {} }), /tabels is not an option; did you mean tables\?/],
  ['tables is a list', shared({ tables: ['notes'] }), /tables: expected an object, \{ … \}, got a list/],
  ['a table is text', shared({ tables: { notes: 'user_id' } }), /tables\.notes: give \{ owner: 'column' \}/],
  [
    'a table’s access is unknown',
    shared({ tables: { notes: { access: 'all' } } }),
    /give \{ owner: 'column' \}.*'self' \| 'reference' \| 'session' \| 'closed'/,
  ],
  [
    'enforcement is unknown',
    shared({ tables: { notes: { owner: 'u', enforcement: 'on' } } }),
    /expected 'off', 'report' or 'enforce', got "on"/,
  ],
  [
    'rows of a new user beside perUser',
    shared({ tables: { notes: { owner: 'u', perUser: true, newUserRows: [{ a: 1 }] } } }),
    /newUserRows: not with perUser/,
  ],
  [
    'rows of a new user as one row',
    shared({ tables: { notes: { owner: 'u', newUserRows: { a: 1 } } } }),
    /newUserRows/,
  ],
  [
    'perUser is text',
    shared({ tables: { notes: { owner: 'u', perUser: 'yes' } } }),
    /perUser: expected true or false, got "yes"/,
  ],
  [
    'keys is unknown',
    shared({ tables: { notes: { owner: 'u', keys: 'own' } } }),
    /keys: expected 'chosen', got "own"/,
  ],
  [
    'a public route has no slash',
    shared({ routes: { public: ['health'] } }),
    /routes\.public\.0: expected a path that starts with "\/".*got "health"/,
  ],
  [
    'a legacy answer is unknown',
    shared({ routes: { legacy: { '/old': 301 } } }),
    /routes\.legacy\.\/old: expected 404, 410, 'protect' or an object/,
  ],
  [
    'a required role is a number',
    shared({ routes: { require: { '/admin': { role: 1 } } } }),
    /routes\.require\.\/admin\.role: expected text or a list, got 1/,
  ],
  ['spa is true', shared({ spa: true }), /spa: give \{ index: '\/', routes: \['\/queue'\] \}, or false/],
  ['rawQueries is unknown', shared({ rawQueries: 'off' }), /give 'bound', 'refuse', or/],
  [
    'prefix is small',
    shared({ prefix: 'notes' }),
    /prefix: expected capital letters and digits, ending in _, got "notes"/,
  ],
  ['startup is unknown', shared({ startup: 'root' }), /startup: expected 'system', got "root"/],
  [
    'a waiver has a short reason',
    shared({ waivers: [{ check: 'a', reason: 'later', until: '2027-01-01' }] }),
    /reason: expected at least 10 characters, got "later"/,
  ],
  [
    'a waiver has no date',
    shared({ waivers: [{ check: 'a', reason: 'until we have moved', until: 'soon' }] }),
    /until: expected a date, e\.g\. 2026-01-31, got "soon"/,
  ],
])('configuration: %s', (name, input, fix) => {
  const said = ofConfig(input)
  expectOneMessage(name, said, fix)
  expect(said).not.toContain('hidden')
})

test.each<[string, Record<string, string | undefined>, RegExp]>([
  ['PORT=abc', { PORT: 'abc' }, /PORT=abc: expected a whole number, 0 to 65535; example: PORT=3000/],
  ['PORT=70000', { PORT: '70000' }, /PORT=70000: expected a whole number, 0 to 65535/],
  ['USERTWO_PHASE=9', { USERTWO_PHASE: '9' }, /USERTWO_PHASE=9: expected a whole number, 0 to 8/],
  [
    'USERTWO_PHASE is not set',
    { USERTWO_PHASE: undefined },
    /USERTWO_PHASE: required in production; example/,
  ],
  [
    'ENVIRONMENT=prod',
    { ENVIRONMENT: 'prod' },
    /expected 'development', 'test', 'staging' or 'production'; example: ENVIRONMENT=production/,
  ],
  ['DATABASE_URL is not set', { DATABASE_URL: undefined }, /DATABASE_URL: required in production; example/],
  [
    'DATABASE_URL of MySQL',
    { DATABASE_URL: 'mysql://u:hidden@h/d' },
    /DATABASE_URL \(given\): .*postgres:\/\//,
  ],
  [
    'JWT_SECRET is not set',
    { JWT_SECRET: undefined },
    /JWT_SECRET: required from phase 4; example: JWT_SECRET=\$\(openssl rand -hex 32\)/,
  ],
  ['JWT_SECRET is short', { JWT_SECRET: 'hidden' }, /JWT_SECRET \(given\): expected at least 32 characters/],
  [
    'JWT_SECRET is a placeholder',
    { JWT_SECRET: 'changeme-changeme-changeme-hidden' },
    /weak or a placeholder.*openssl/,
  ],
  ['JWT_SECRT', { JWT_SECRT: 'x' }, /JWT_SECRT is not a variable of usertwo; did you mean JWT_SECRET\?/],
  [
    'JWT_EXPIRES_DAYS=-1',
    { JWT_EXPIRES_DAYS: '-1' },
    /JWT_EXPIRES_DAYS=-1: expected a whole number, 1 to 365/,
  ],
  [
    'TRUST_PROXY=true',
    { TRUST_PROXY: 'true' },
    /expected the number of proxies in front of the app, 0 to 10; example: TRUST_PROXY=1/,
  ],
  [
    'CORS_ORIGINS is not set',
    { CORS_ORIGINS: undefined },
    /CORS_ORIGINS: required in production from phase 2/,
  ],
  ['CORS_ORIGINS=*', { CORS_ORIGINS: '*' }, /expected each one as scheme:\/\/host/],
  [
    'ALLOWED_HOSTS is a URL',
    { ALLOWED_HOSTS: 'https://x/' },
    /expected each one as a name without scheme and port/,
  ],
  ['TOKEN_STYLE=cookie', { TOKEN_STYLE: 'cookie' }, /TOKEN_STYLE=cookie: expected 'bearer' or 'refresh'/],
  ['ENABLE_DEBUG_ROUTES=maybe', { ENABLE_DEBUG_ROUTES: 'maybe' }, /expected true or false/],
  ['USER_MGMT_ENABLED=false at 8', { USER_MGMT_ENABLED: 'false' }, /turn USERTWO_PHASE back to 5 or lower/],
  ['SMTP_URL alone', { SMTP_URL: 'smtp://h' }, /PUBLIC_URL: required with SMTP_URL/],
  [
    'SMTP_URL of http',
    { SMTP_URL: 'http://u:hidden@h' },
    /SMTP_URL \(given\): expected a URL that begins with smtp:/,
  ],
  ['OPS_TOKEN is short', { OPS_TOKEN: 'hidden' }, /OPS_TOKEN \(given\): expected at least 32 characters/],
])('environment: %s', (name, change, fix) => {
  const said = ofEnvironment(change)
  expectOneMessage(name, said, fix)
  expect(said).not.toContain('hidden')
})

const here = folderWith({
  'usertwo.config.mjs': CONFIG_TEXT,
  'esm.mjs': appText('esm'),
  'cjs.cjs': appText('cjs'),
})
const broken = folderWith({ 'usertwo.config.mjs': 'export default {\n  app: [,\n}' })
const throws = folderWith({ 'usertwo.config.mjs': 'const x = undefined\nx.y()' })
const none = folderWith({})
const uuid = folderWith({
  'usertwo.config.mjs': `export default ${JSON.stringify({ ...RIGHT, owner: { id: 'b6f0a1c2-0000-4000-8000-000000000001' } })}`,
})

test.each<[string, Parameters<typeof ofCommand>, RegExp]>([
  ['gate --olny x', ['gate', '--olny', 'x'], /did you mean --only\?/],
  ['gate 9', ['gate', '9'], /9 is not a phase; allowed: 1 to 8/],
  ['gate --only nope', ['gate', '--only', 'isolation.shema'], /did you mean isolation\.schema\?/],
  [
    'gate --workers 0',
    ['gate', '--workers', '0'],
    /expected a whole number, 1 or more; example: --workers 4/,
  ],
  ['gate --reporter xml', ['gate', '--reporter', 'xml'], /--reporter xml: .*allowed: table/],
  ['migrate upp', ['migrate', 'upp'], /did you mean migrate up\?/],
  ['migrate up --to 9', ['migrate', 'up', '--to', '9'], /expected a whole number, 0 to 8; example: --to 6/],
  [
    'users remove',
    ['users', 'remove'],
    /WHO is missing: an e-mail address, user name or id; usage: usertwo users remove WHO/,
  ],
  ['run without a command', ['run'], /usertwo run -- node server\.js/],
  ['no configuration', ['status', '--config', none], /npx usertwo init writes one/],
  [
    'a configuration that throws',
    ['status', '--config', throws],
    /usertwo\.config\.mjs:2:\n {2}- cannot be loaded/,
  ],
  [
    'nothing answers at the database',
    ['migrate', 'status', '--config', here, '--database', 'postgres://a@127.0.0.1:1/x'],
    /127\.0\.0\.1:1 does not answer \(ECONNREFUSED\)/,
  ],
  [
    'a server on another machine',
    ['migrate', 'up', '--config', here, '--database', 'postgres://a@db.example.com/x'],
    /--allow-remote/,
  ],
  ['a folder that does not exist', ['scan', '/nowhere'], /is not a folder; give the app’s folder/],
])('command line: %s', async (name, args, fix) => expectOneMessage(name, await ofCommand(...args), fix))

let database: Clone
beforeAll(async () => {
  database = await freshDatabase()
})
const other = (change: Partial<URL>) => Object.assign(new URL(database.url), change).href

test.each<[string, () => Promise<string>, RegExp]>([
  [
    'a wrong password',
    () => ofCommand('migrate', 'status', '--config', here, '--database', other({ password: 'no' })),
    /correct user and password in DATABASE_URL or --database/,
  ],
  [
    'a database that does not exist',
    () => ofCommand('migrate', 'status', '--config', here, '--database', other({ pathname: '/nowhere' })),
    /"nowhere" does not exist; create it, or correct the name/,
  ],
  [
    'a schema that is not there',
    () => ofCommand('users', 'list', '--config', here, '--database', database.url),
    /run: usertwo migrate up/,
  ],
])('database: %s', async (name, say, fix) => expectOneMessage(name, await say(), fix))

const start = { ENVIRONMENT: 'development', USERTWO_PHASE: '0', PORT: '0' }
test.each<[string, () => Promise<string>, RegExp]>([
  [
    'an app of ES modules with PORT=abc',
    () => ofProcess(here, ['esm.mjs'], { ...start, PORT: 'abc' }),
    /^The environment is not usable:\n {2}- PORT=abc: [^\n]*$/,
  ],
  [
    'an app of CommonJS with PORT=abc',
    () => ofProcess(here, ['cjs.cjs'], { ...start, PORT: 'abc' }),
    /^The environment is not usable:\n {2}- PORT=abc: [^\n]*$/,
  ],
  [
    'an app whose database refuses its login',
    () =>
      ofProcess(here, ['esm.mjs'], { ...start, USERTWO_PHASE: '3', DATABASE_URL: other({ password: 'no' }) }),
    /^The database refuses the connection:\n {2}- .*correct user and password in DATABASE_URL$/,
  ],
  [
    'usertwo run with a wrong environment',
    () => ofTool(here, ['run', '--', 'node', 'esm.mjs'], { ...start, PORT: 'abc' }),
    /PORT=abc: expected/,
  ],
  [
    'a configuration with a syntax error',
    () => ofTool(broken, ['status']),
    /cannot be loaded: Unexpected token.*shows where/,
  ],
  [
    'usertwo run with a command that does not exist',
    () => ofTool(here, ['run', '--', 'nosuchcommand'], start),
    /the command nosuchcommand was not found; check its spelling and the PATH/,
  ],
  [
    'a TMPDIR that does not exist',
    () => ofTool(here, ['gate', '1'], { TMPDIR: '/nowhere' }),
    /\/nowhere, does not exist; create it, or set TMPDIR/,
  ],
])('process: %s', async (name, say, fix) => expectOneMessage(name, await say(), fix))

test('process: a port in use', async () => {
  const server = createServer().listen(0)
  const { port } = server.address() as { port: number }
  const said = await ofProcess(here, ['esm.mjs'], { ...start, PORT: String(port) })
  server.close()
  expectOneMessage('a port in use', said, /port \d+ is in use by another process; stop that one, or set PORT/)
})

test('an app that catches the error goes on', async () => {
  const folder = folderWith({
    'app.mjs': `${appText('esm').replace('await ', 'try { await ')} } catch (error) { console.log(error.name) }
setTimeout(() => { throw new Error('of the app') }, 50)`,
  })
  const said = await ofProcess(folder, ['app.mjs'], { ...start, PORT: 'abc' })
  expect(said).toMatch(/Error: of the app\n {4}at /)
})

test('owner.id of another type than the key of the users table is named', async () => {
  await ofCommand('migrate', 'up', '--config', here, '--database', database.url)
  const said = await ofCommand('rollout', '--config', uuid, '--database', database.url)
  expectOneMessage('owner.id is a uuid where ids are integers', said, /owner\.id|users/)
})

test('there are at least 70 cases', () => expect(rows.length).toBeGreaterThanOrEqual(70))
