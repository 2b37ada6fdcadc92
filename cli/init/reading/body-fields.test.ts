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

test.each([
  ['a parameter that is taken apart', 'exports.create = async ({ title, done }) => store(title, done)'],
  ['a parameter whose members are read', 'exports.create = async (note) => store(note.title, note.done)'],
  ['one that is taken apart in the body', 'exports.create = (note) => { const { title, done } = note }'],
])('a body that is given on whole has the fields of %s', async (_, create) => {
  const text = `const notes = require('./notes')
exports.create = async (req, res) => res.json(await notes.create(req.body))
router.post('/notes', (req, res) => exports.create(req, res))
router.put('/notes', (req, res) => res.json(notes.create(req.body)))`
  const app = await parseScript(text, 'app.js')
  app.imports.set('notes', { module: './notes', file: '/app/notes.js', imported: '*' })
  const notes = await parseScript(create, 'notes.js')
  const other = await parseScript('exports.create = ({ other }) => other', 'other.js')
  const fields = bodyFieldsOf({ method: 'PUT', path: '/', at: 'app.js:4' }, [app, other, notes])
  expect(fields).toEqual(['title', 'done'])
})
