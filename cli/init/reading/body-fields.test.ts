import { expect, test } from 'vitest'
import { parseScript } from '../../../reading/syntax/sources.js'
import { bodyFieldsOf } from './body-fields.js'

const fieldsIn = async (text: string, method: string, line: number) =>
  bodyFieldsOf({ method, path: '/', at: `app.js:${line}` }, [await parseScript(text, 'app.js')])

const CHAIN = `router.route('/notes')
  .get((req, res) => res.json([]))
  .post(json, (req, res) => {
    const { title, folderId } = req.body
  })
  .put((req, res) => save(req.body.done))`

test.each([
  ['POST', ['title', 'folderId']],
  ['PUT', ['done']],
  ['GET', []],
])('of a chain only what stands at its %s', async (method, names) => {
  expect(await fieldsIn(CHAIN, method, 1)).toEqual(names)
  expect(await fieldsIn(CHAIN.replaceAll('\n', ' '), method, 1)).toEqual(names)
})

test('validators name fields, and what they matched does', async () => {
  const text = `const rules = [body('name').trim(), check(['mana', 'range']).isInt()]
app.post('/spells', rules, (req, res) => { const { name, element } = matchedData(req) })`
  expect(await fieldsIn(text, 'POST', 2)).toEqual(['name', 'mana', 'range', 'element'])
})
