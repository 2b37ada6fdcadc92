// A database of one person's notes at phase 8, and a login of that person.
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { throwAwayServer } from '../../dist/proof/postgres/throw-away.js'
import { parseConfig } from '../../dist/src/config/config.js'
import { systemClock } from '../../dist/src/core/clock.js'
import { migrateTo } from '../../dist/src/migrate.js'
import { accessTokens } from '../../dist/src/phases/4-auth/sessions/access-token.js'
import { keysOfSecret } from '../../dist/src/phases/4-auth/sessions/keys/keys.js'
import config from './usertwo.config.mjs'

const SCHEMA = `create table users (id serial primary key, username text);
  create table notes (id serial primary key, text text not null, user_id int not null references users);
  insert into users (username) values ('owner')`

const HOUR = 3_600

export async function ownersDatabase() {
  const server = await throwAwayServer()
  const { url } = await server.clone(
    await server.template('express', async (urls) => {
      await run(urls.url, SCHEMA)
      await migrateTo(urls, parseConfig(config), 8)
    }),
  )
  const secret = randomUUID() + randomUUID().toUpperCase()
  const own = {
    keys: () => keysOfSecret(secret),
    issuer: 'usertwo',
    audience: 'usertwo',
    most: HOUR,
    clock: systemClock,
  }
  const session = randomUUID()
  await run(
    url,
    `insert into usertwo.user_sessions (id, user_id, refresh_id, family, expires_at)
     values ('${session}', 1, '${randomUUID()}', '${session}', now() + interval '1 hour')`,
  )
  const { token } = accessTokens(own).sign(1, session, HOUR)
  return { env: { DATABASE_URL: url, JWT_SECRET: secret }, token, end: () => server.stop() }
}

async function run(url, sql) {
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
