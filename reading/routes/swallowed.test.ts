import { expect, it } from 'vitest'
import { fileParser } from '../syntax/sources.js'
import { swallowedBehind, swallowedErrors } from './swallowed.js'

const parse = await fileParser('/nowhere')
const of = (text: string) =>
  swallowedErrors([parse('server.js', `const app = require('express')()\n${text}`)])

const SILENT = [
  "app.get('/todos', async (req, res) => {\ntry { res.json(await all()) } catch (err) { console.error(err.message) } })",
  "app.get('/todos', async (req, res) => {\ntry { const rows = await all(); res.json(rows) } catch { } })",
  "app.get('/todos', (req, res) => {\nall().then((rows) => res.json(rows)).catch((err) => console.log(err)) })",
  "const list = async (request, response) => {\ntry { response.json(await all()) } catch (e) { log(e) } }\napp.get('/todos', list)",
  "app.get('/todos', async (req, res) => {\nif (req.query.a) { try { res.json(await all()) } catch (e) { log(e) } } })",
]
const SOUND = [
  "app.get('/todos', async (req, res) => {\ntry { res.json(await all()) } catch (err) { console.error(err); res.status(500).end() } })",
  "app.get('/todos', async (req, res, next) => {\ntry { res.json(await all()) } catch (err) { next(err) } })",
  "app.get('/todos', async (req, res) => {\ntry { res.json(await all()) } catch (err) { throw err } })",
  "app.get('/todos', async (req, res) => {\nlet rows = []\ntry { rows = await all() } catch (err) { console.error(err) }\nres.json(rows) })",
  "app.get('/todos', async (req, res) => {\ntry { res.json(await all()) } catch (err) { log(err) } finally { res.end() } })",
  "app.get('/todos', async (req, res) => {\nconst fail = () => res.status(500).end()\ntry { res.json(await all()) } catch (err) { fail() } })",
  "app.get('/todos', (req, res) => {\nwrite().catch(console.error)\nres.end() })",
  "async function all() {\ntry { return await pool.query('select 1') } catch (err) { console.error(err) } }",
  "app.get('/todos', async (req, res) => {\ntry { res.json(await all()) } catch (err) { process.exit(1) } })",
]

it.each(SILENT)('reports %s', (text) => {
  expect(of(text).map(({ at }) => at)).toEqual(['server.js:3'])
})

it.each(SOUND)('does not report %s', (text) => {
  expect(of(text)).toEqual([])
})

it('finds the handler by the request it did not respond to', () => {
  const found = of(
    "app.put('/todos/:id', async (req, res) => {\ntry { res.json(await one()) } catch (err) { console.error(err) } })",
  )
  expect(found).toEqual([{ at: 'server.js:3', routes: ['PUT /todos/:id'] }])
  expect(swallowedBehind(found, 'PUT', '/todos/7?done=true')?.at).toBe('server.js:3')
  expect(swallowedBehind(found, 'GET', '/todos/7')).toBeUndefined()
  expect(swallowedBehind(found, 'PUT', '/todos')).toBeUndefined()
})
