import { expect, it } from 'vitest'
import { fileParser } from '../../../reading/syntax/sources.js'
import { rethrowInWords } from './early-query.js'

const parse = await fileParser('/notes')
const said = (message: string, text = '') => {
  try {
    rethrowInWords({ folder: '/notes', sources: [parse('src/server.js', text)] })(new Error(message))
  } catch (error) {
    return (error as Error).message
  }
}
const ENDED = `the app ended (exit code 1) before it served
ScopeError: A query was sent after scope(db) but before usertwo().
    at /notes/node_modules/pg-pool/index.js:45:11
    at async file:///notes/server.hardened.js:2:1`

it('names the line of the app that sent the query', () => {
  const stack =
    `${ENDED}\n    at async file:///notes/src/server.js:4:28 {\n  code: 'scope_unconfigured'\n}`.replace(
      '4:28 {',
      '4:28\n {',
    )
  expect(said(stack)).toMatch(
    /src\/server\.js:4: a query is sent while the file is loaded, before the app is made/,
  )
})

it('looks for a query outside of functions where the stack has no line of the app', () => {
  const text = "const list = () => pool.query('select 1')\n\npool.query('select 2').then(console.log)\n"
  expect(said(`${ENDED}\n  code: 'scope_unconfigured'`, text)).toMatch(/src\/server\.js:3: a query is sent/)
})

it.each([
  ['Sequelize', "sequelize.authenticate().then(() => console.log('connected'))"],
  ['TypeORM', 'source.initialize()'],
])('names the line by which %s asks whether the database is there', (_, code) => {
  expect(said(`${ENDED}\n  code: 'scope_unconfigured'`, `\n${code}\n`)).toMatch(
    /src\/server\.js:2: a query is sent while the file is loaded/,
  )
})

it('leaves every other error as it is', () => {
  expect(said('the app ended (exit code 1) before it served')).toBe(
    'the app ended (exit code 1) before it served',
  )
})
