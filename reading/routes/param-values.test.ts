import { expect, it } from 'vitest'
import { fileParser } from '../syntax/sources.js'
import { paramValues } from './param-values.js'

const parse = await fileParser('/notes')

it.each([
  [
    "app.param('lang', (req, res, next, lang) => (['ast', 'nds'].includes(lang) ? next() : res.status(404).send('no such language')))",
  ],
  [
    "const LANGUAGES = new Set(['ast', 'nds'])\napp.param('lang', (req, res, next, lang) => LANGUAGES.has(lang) ? next() : next('route'))",
  ],
  [
    "const check = (req, res, next, lang) => { if (lang !== 'ast' && lang !== 'nds') return res.sendStatus(404); next() }\nrouter.param('lang', check)",
  ],
  [
    "router.param('lang', check)\nfunction check(req, res, next, lang) { switch (lang) { case 'ast': case 'nds': return next() } res.sendStatus(404) }",
  ],
])('reads the words that a parameter is compared with in %s', (code) => {
  const words = paramValues([parse('app.js', code)]).get('lang')
  expect(words?.filter((word) => word !== 'route')).toEqual(['ast', 'nds'])
})

it('finds none where a parameter is looked up', () => {
  const code =
    "app.param('id', async (req, res, next, id) => { req.note = await notes.find(id); next() })\nreq.param('lang')"
  expect([...paramValues([parse('app.js', code)])]).toEqual([])
})
