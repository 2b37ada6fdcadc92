import { expect, test } from 'vitest'
import { parseMigration, readMigrations } from './files.js'
import { fillPlaceholders, shortStatement, splitStatements } from './statements.js'

test('cuts at semicolons that end statements and at no others', () => {
  expect(
    splitStatements(`
      -- a comment; with one
      select ';' as "a;b", 'it''s;';
      do $x$ begin perform 1; end $x$;
      do $$ begin perform '$x$;'; end $$;
      /* ; */ select 5 - 3, $1;
      -- only a comment;
    `),
  ).toEqual([
    `-- a comment; with one\n      select ';' as "a;b", 'it''s;'`,
    'do $x$ begin perform 1; end $x$',
    `do $$ begin perform '$x$;'; end $$`,
    '/* ; */ select 5 - 3, $1',
  ])
})

test('cuts at no semicolon in a nested comment or an escape string', () => {
  expect(splitStatements("/* /* ; */ ; */ select e'\\'; ' ; select 2 /* /* */ ; */")).toEqual([
    "/* /* ; */ ; */ select e'\\'; '",
    'select 2 /* /* */ ; */',
  ])
})

test('refuses a placeholder that has no value', () => {
  expect(fillPlaceholders('select {{a}}', { a: '$&' })).toBe('select $&')
  expect(() => fillPlaceholders('select {{b}}', { a: '1' })).toThrow('{{b}} has no value; known: a')
})

test('shortens a statement for a message', () => {
  expect(shortStatement('-- why\nselect\n  1')).toBe('select 1')
  expect(shortStatement(`select '${'x'.repeat(300)}'`)).toHaveLength(161)
})

test('each file says its phase and risk in its first line, and has a way up and down', () => {
  const files = readMigrations()
  expect(files.length).toBeGreaterThan(5)
  for (const { up, down, risk } of files) {
    expect(up.length).toBeGreaterThan(0)
    expect(down.length).toBeGreaterThan(0)
    expect(risk).not.toBe('')
  }
})

test('refuses a file it cannot trust', () => {
  const good = '-- phase: 3 risk: none\n-- up\nselect 1;\n-- down\nselect 2;'
  expect(parseMigration('0399-x', good)).toMatchObject({
    phase: 3,
    risk: 'none',
    up: ['select 1'],
    down: ['select 2'],
  })
  expect(parseMigration('0399-x', good.replace('risk', 'only: AUTH_ENABLE_TOTP risk'))).toMatchObject({
    only: 'AUTH_ENABLE_TOTP',
    risk: 'none',
  })
  expect(() => parseMigration('0499-x', good)).toThrow('its directive says phase 3, its name 04')
  expect(() => parseMigration('0399-x', good.replace('risk', 'riks'))).toThrow('its first line must be')
  expect(() => parseMigration('0399-x', good.replace('-- down', ''))).toThrow('it needs a line "-- up"')
})
