// npm run docs: writes .env.example and the pages of docs/ that are generated from registries.
// test/docs.test.ts compares them. With --transcript it also writes docs/start/first-ten-minutes.md by
// running the steps, which takes minutes.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import express from 'express'
import knex from 'knex'
import { api } from './docs/api.mjs'
import { cliPage } from './docs/cli.mjs'
import { hooksOf } from './docs/hooks.mjs'
import { optionsOf } from './docs/options.mjs'
import {
  ANY_APP,
  checks,
  codesOf,
  configuration,
  envExample,
  environment,
  errors,
  hooks,
  words,
} from './docs/pages.mjs'
import { pictures } from './docs/pictures.mjs'
import { takeOnly } from './prepare/arguments.mjs'
import { ROOT } from './prepare/step.mjs'
import { prepare } from './prepare.mjs'

takeOnly((word) => word === '--transcript')
prepare()

const { configSchema } = await import('../dist/src/config/config-schema.js')
const { variables } = await import('../dist/src/config/variables.js')
const { problems } = await import('../dist/src/core/problem.js')
const { parseConfig } = await import('../dist/src/config/config.js')
const { EN } = await import('../dist/src/phases/4-auth/words/en.js')
const { DE } = await import('../dist/src/phases/4-auth/words/de.js')
const { suites } = await import('../dist/proof/gate/run/suites.js')
const { DECLARED } = await import('../dist/cli/declared/index.js')
const { GROUPS } = await import('../dist/cli/declared/declaration.js')
const help = await import('../dist/cli/help.js')
const toolkit = {
  ...(await import('../dist/src/index.js')),
  ...(await import('../dist/src/core/process/patch.js')),
  ...(await import('../dist/src/run/install.js')),
}
const db = knex({ client: 'pg', connection: {} })
const options = optionsOf(configSchema)
const thrown = codesOf(readFileSync(join(ROOT, 'src/core/scope-error.ts'), 'utf8'), 'ScopeErrorCode')

const pages = {
  '.env.example': envExample(variables),
  'docs/configuration.md': configuration(options),
  'docs/reference/environment.md': environment(variables),
  'docs/cli.md': cliPage(Object.values(DECLARED), GROUPS, help),
  'docs/checks.md': checks(suites, parseConfig(ANY_APP)),
  'docs/errors.md': errors(problems, thrown),
  'docs/reference/texts.md': words({ en: EN, de: DE }),
  'docs/reference/api.md': api(),
  'docs/reference/hooks.md': hooks(await hooksOf(toolkit, express, db)),
}
Object.assign(pages, pictures(readFileSync(join(ROOT, 'README.md'), 'utf8'), suites))
if (process.argv.includes('--transcript')) {
  const { firstTenMinutes } = await import('../test/init/first-ten-minutes.mjs')
  pages['docs/start/first-ten-minutes.md'] = await firstTenMinutes(console.log)
}
for (const [file, text] of Object.entries(pages)) writeFileSync(join(ROOT, file), text)
console.log(`written: ${Object.keys(pages).join(', ')}`)
