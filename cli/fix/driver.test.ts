import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { fixDriver } from './driver.js'

async function fixed(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-driver-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const manifest = `{\n  "dependencies": {\n    "@neondatabase/serverless": "^0.10.4",\n    "express": "^5.0.0"\n  }\n}\n`
  for (const [name, text] of Object.entries({ 'package.json': manifest, ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const { files: written, ...fix } = await fixDriver(folder)
  if (fix.diff) execFileSync('git', ['apply', '-p1', '--check'], { cwd: folder, input: `${fix.diff}\n` })
  return { ...fix, texts: Object.fromEntries(written.map(({ file, text }) => [file, text])) }
}

it.each([
  [
    'neon() over HTTP',
    `import { neon } from '@neondatabase/serverless'
import { drizzle } from 'drizzle-orm/neon-http'
const sql = neon(process.env.DATABASE_URL)
export const db = drizzle(sql, { schema })
`,
    `import pg from 'pg'
import { drizzle } from 'drizzle-orm/node-postgres'
const sql = new pg.Pool({ connectionString: process.env.DATABASE_URL })
export const db = drizzle(sql, { schema })
`,
  ],
  [
    'a Pool over a socket, as generated',
    `import { Pool, neonConfig } from '@neondatabase/serverless';
import { drizzle } from 'drizzle-orm/neon-serverless';
import ws from "ws";
import * as schema from "@shared/schema";

neonConfig.webSocketConstructor = ws;

export const pool = new Pool({ connectionString: process.env.DATABASE_URL });
export const db = drizzle({ client: pool, schema });
`,
    `import pg from 'pg';
import { drizzle } from 'drizzle-orm/node-postgres';
import * as schema from "@shared/schema";

export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
export const db = drizzle({ client: pool, schema });
`,
  ],
  [
    'CommonJS',
    `const { neon } = require('@neondatabase/serverless')
const { drizzle } = require('drizzle-orm/neon-http')
module.exports = drizzle({ client: neon(process.env.DATABASE_URL) })
`,
    `const { Pool } = require('pg')
const { drizzle } = require('drizzle-orm/node-postgres')
module.exports = drizzle({ client: new Pool({ connectionString: process.env.DATABASE_URL }) })
`,
  ],
  [
    'drizzle() by a URL, and the migrator',
    `import { drizzle } from 'drizzle-orm/neon-http'
import { migrate } from 'drizzle-orm/neon-http/migrator'
await migrate(drizzle(process.env.DATABASE_URL), { migrationsFolder: 'drizzle' })
`,
    `import { drizzle } from 'drizzle-orm/node-postgres'
import { migrate } from 'drizzle-orm/node-postgres/migrator'
await migrate(drizzle(process.env.DATABASE_URL), { migrationsFolder: 'drizzle' })
`,
  ],
])('swaps %s for pg', async (_, text, after) => {
  const { texts, left, diff } = await fixed({ 'db.js': text })
  expect(left).toEqual([])
  expect(texts['db.js']).toBe(after)
  expect(JSON.parse(texts['package.json']!).dependencies).toEqual({ pg: '^8.16.0', express: '^5.0.0' })
  expect(diff).toContain('+    "pg": "^8.16.0",')
})

it('takes the driver out of a package.json that has pg', async () => {
  const manifest = `{ "dependencies": {\n  "pg": "^8.1.0",\n  "@neondatabase/serverless": "^1.0.0"\n} }`
  const { texts } = await fixed({
    'package.json': manifest,
    'db.js': "const { Pool } = require('@neondatabase/serverless')\nmodule.exports = new Pool()\n",
  })
  expect(JSON.parse(texts['package.json']!)).toEqual({ dependencies: { pg: '^8.1.0' } })
  expect(texts['db.js']).toBe("const { Pool } = require('pg')\nmodule.exports = new Pool()\n")
})

it.each([
  [
    'a query by the tag',
    'const sql = neon(url)\nexport const all = () => sql`select * from notes`',
    'db.js:2',
  ],
  ['an exported query function', 'export const sql = neon(url)', 'db.js:2'],
  ['options of HTTP', 'const db = drizzle(neon(url, { fullResults: true }))', 'db.js:2'],
  ['a setting that is read', 'console.log(neonConfig.poolQueryViaFetch)', 'db.js:2'],
  ['a batch', 'const db = drizzle(neon(url))\nexport const both = () => db.batch([one, two])', 'db.js:3'],
  ['a type', 'export function use(pool: Pool) {}', 'db.ts:2'],
])('changes nothing where the app has %s, and says where', async (_, code, at) => {
  const names = ['neon', 'neonConfig', 'Pool'].filter((one) => new RegExp(`\\b${one}\\b`).test(code))
  const { texts, left, diff } = await fixed({
    [at.split(':')[0]!]: `import { ${names.join(', ')} } from '@neondatabase/serverless'\n${code}\n`,
    'other.js': "import { drizzle } from 'drizzle-orm/neon-http'\n",
  })
  expect({ texts, diff }).toEqual({ texts: {}, diff: '' })
  expect(left.map((one) => one.at)).toContain(at)
})
