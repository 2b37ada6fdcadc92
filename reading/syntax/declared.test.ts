import { expect, it } from 'vitest'
import { isDeclaredAs } from './declared.js'

it.each([
  ['/api/things', '/API/Things/', true],
  ['/api/things', '/api//things', false],
  ['/api/things/:id', '/api/things/a%2Fb', true],
  ['/api/things/:id', '/api/things/', false],
  ['/api/things/:id(\\d+)', '/api/things/7', true],
  ['/files/*', '/files/a/b.txt', true],
  ['/files/*path/raw', '/files/a/b/raw', true],
  ['/files/*', '/other/a', false],
  ['/', '/', true],
  ['/', '//', false],
])('what is declared as %s is at %s: %s', (declared, address, expected) => {
  expect(isDeclaredAs(declared, address, { rest: true })).toBe(expected)
})

it('a route for every path does not match without a rest', () => {
  expect(isDeclaredAs('*', '/anything', { rest: false })).toBe(false)
})
