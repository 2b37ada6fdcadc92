import { expect, test } from 'vitest'
import { findSqlInterpolation } from '../schema/sql-interpolation.js'
import { bindingOf } from './binding.js'
import { fileParser, parseScript } from './sources.js'
import { nameOf } from './syntax.js'
import { type Node, traverse } from './tree.js'

/** Returns what `wanted` is bound to at each call of `use(wanted)`. */
async function bindingsIn(text: string, file = 'app.js') {
  const parse = await fileParser('/app')
  const found: unknown[] = []
  traverse(parse(file, text).tree, (node, parents) => {
    const [parent] = parents as Node[]
    const isUse = parent?.type === 'CallExpression' && nameOf(parent.callee as Node) === 'use'
    if (!isUse || nameOf(node) !== 'wanted') return
    const binding = bindingOf('wanted', parents)
    found.push(binding && { ...binding, init: binding.init?.value ?? binding.init?.type ?? null })
  })
  return found
}
const value = (init: unknown, property: string | null = null) => ({ init, property, parameter: false })

test('a name of one block is not that of another block', async () => {
  expect(
    await bindingsIn(`
      function handler(req) {
        if (req.query.all) { const wanted = 'fixed'; use(wanted) }
        else { const wanted = req.query.sort; use(wanted) }
      }`),
  ).toEqual([value('fixed'), value('MemberExpression')])
})

test('SQL with a name that is a fixed text in another block only is found', async () => {
  const source = await parseScript(
    `app.get('/', (req, res) => {
      if (req.query.plain) { const order = 'id'; return db.query('select * from notes order by ' + order) }
      const order = req.query.order
      db.query('select * from notes order by ' + order)
    })`,
    'app.js',
  )
  expect(findSqlInterpolation([source]).map(({ at }) => at)).toEqual(['app.js:4'])
})

test.each([
  ['a parameter', '(wanted) => use(wanted)', { init: null, property: null, parameter: true }],
  [
    'a part of a parameter',
    '({ a: { wanted } }) => use(wanted)',
    { init: null, property: 'a.wanted', parameter: true },
  ],
  [
    'a part of the request',
    '({ body: { wanted } }) => use(wanted)',
    { init: 'Identifier', property: 'body.wanted', parameter: true },
  ],
  [
    'a parameter with a default',
    '(wanted = 1) => use(wanted)',
    { init: null, property: null, parameter: true },
  ],
  ['a member of a list', "['a'].map((wanted) => use(wanted))", value('ArrayExpression', '…')],
  ['the place in a list', '[1].forEach((one, wanted) => use(wanted))', value(0, '…')],
  ['a part of a declared value', "const { wanted } = 'text'; use(wanted)", value('text', 'wanted')],
  ['a name of a loop', "for (const wanted of 'list') use(wanted)", value('list', '…')],
  ['a function', 'function wanted() {} use(wanted)', value('FunctionDeclaration')],
  ['an import', "import { wanted } from './x.js'; use(wanted)", value('ImportSpecifier')],
  ['what was thrown', 'try {} catch (wanted) { use(wanted) }', value(null, '…')],
  ['declared nowhere', 'use(wanted)', null],
  ['declared below its use', "const f = () => use(wanted); var wanted = 'late'", value('late')],
])('%s', async (_, text, expected) => {
  expect(await bindingsIn(text)).toEqual([expected])
})

test('a file that declares a name twice is reported as one that cannot be parsed', async () => {
  const parse = await fileParser('/app')
  expect(() => parse('app.js', 'const a = 1; const a = 2')).toThrow(SyntaxError)
})

test('in TypeScript a type, an overload and a value may share a name', async () => {
  const text = `
    interface wanted { a: string }
    const wanted = 'value'
    function f(a: string): void
    function f(a: number): void
    function f(a: unknown) { use(wanted) }`
  expect(await bindingsIn(text, 'app.ts')).toEqual([value('value')])
})
