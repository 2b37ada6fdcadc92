// npm run docs: writes .env.example and the pages of docs/ that are made of registries. test/docs.test.ts holds them equal.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { optionsOf, SCHEMA_FILES } from './docs/options.mjs'
import { ANY_APP, checks, codesOf, configuration, envExample, errors } from './docs/pages.mjs'
import { ROOT } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'

prepare()

const { variables } = await import('../dist/core/variables.js')
const { problems } = await import('../dist/core/problem.js')
const { parseConfig } = await import('../dist/core/config.js')
const { suites } = await import('../dist/tools/gate/suites.js')
const options = optionsOf(SCHEMA_FILES.map((file) => readFileSync(join(ROOT, file), 'utf8')))
const thrown = codesOf(readFileSync(join(ROOT, 'src/core/scope-error.ts'), 'utf8'), 'ScopeErrorCode')

const pages = {
  '.env.example': envExample(variables),
  'docs/configuration.md': configuration(variables, options),
  'docs/checks.md': checks(suites, parseConfig(ANY_APP)),
  'docs/errors.md': errors(problems, thrown),
}
for (const [file, text] of Object.entries(pages)) writeFileSync(join(ROOT, file), text)
console.log(`written: ${Object.keys(pages).join(', ')}`)
