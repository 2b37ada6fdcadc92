import { expect, test } from 'vitest'
import { fileParser } from '../../../reading/syntax/sources.js'
import { readEnvironment } from './environment.js'

const read = async (text: string) => readEnvironment('/nowhere', [(await fileParser('.'))('server.js', text)])

test.each([
  [`if (req.headers.authorization !== \`Bearer \${process.env.API_TOKEN}\`) stop()`],
  ["if (req.get('authorization') !== 'Bearer ' + process.env.API_TOKEN) stop()"],
  ["const token = req.headers.authorization.split(' ')[1]; if (token !== process.env.API_TOKEN) stop()"],
  [
    "const sent = req.get('Authorization'); if (!sent || sent.split(' ')[1] !== process.env.API_TOKEN) stop()",
  ],
  ["const sent = req.headers['authorization']; is(sent ? sent.split(' ')[1] : null, process.env.API_TOKEN)"],
  [
    "const [, token] = /^Bearer (.+)$/.exec(req.header('Authorization')) ?? []; is(token, process.env.API_TOKEN)",
  ],
])('a token that the app reads as a bearer token is sent as one: %s', async (text) => {
  expect(await read(text)).toMatchObject({
    env: { API_TOKEN: 'made-up-for-gates' },
    headers: { authorization: 'Bearer $API_TOKEN' },
  })
})

test('a key that is compared as it is, is sent as it is', async () => {
  const { headers } = await read('if (req.headers.authorization !== process.env.API_KEY) stop()')
  expect(headers).toEqual({ authorization: '$API_KEY' })
})

test.each([
  ["new Pool({ connectionString: process.env.TODOS || 'postgres://me:secret@localhost/todos' })"],
  ["new Pool({ connectionString: process.env.TODOS ?? 'postgresql:///todos' })"],
  ["const { TODOS = 'postgres://localhost/todos' } = process.env; new Pool({ connectionString: TODOS })"],
])('a variable with a database for its default is given the gate’s: %s', async (text) => {
  expect((await read(text)).env).toEqual({ TODOS: '$DATABASE_URL' })
})

test('a variable with another default does not name a database', async () => {
  expect((await read("const mail = process.env.MAIL || 'smtp://localhost'")).env).toEqual({})
})

test('a variable of any name is given the part of the database that the app takes it for', async () => {
  const pool =
    'new Pool({ host: process.env.WHERE, port: Number(process.env.DOOR ?? 5432), database: process.env.DB_NAME, user: process.env.WHO, password: process.env.DB_USER_PW })'
  expect((await read(pool)).env).toEqual({
    WHERE: '$PGHOST',
    DOOR: '$PGPORT',
    DB_NAME: '$PGDATABASE',
    WHO: '$PGUSER',
    DB_USER_PW: '$PGPASSWORD',
  })
  const mail =
    'createTransport({ host: process.env.MAIL_AT, port: process.env.MAIL_DOOR, user: process.env.ME })'
  expect((await read(mail)).env).toEqual({})
})
