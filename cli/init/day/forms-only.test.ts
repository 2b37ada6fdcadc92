import { expect, test } from 'vitest'
import { fileParser } from '../../../reading/syntax/sources.js'
import { readsFormsOnly } from './forms-only.js'

const read = async (text: string) => readsFormsOnly([(await fileParser('/app'))('app.js', text)])

test.each([
  `const express = require('express'); app.use(express.urlencoded({ extended: false })); app.get('/', (q, res) => res.json([]))`,
  `import { urlencoded } from 'express'; app.use(urlencoded())`,
  `app.use(require('body-parser').urlencoded({ extended: true }))`,
])('%s reads forms alone', async (text) => {
  expect(await read(text)).toBe(true)
})

test.each([
  `const express = require('express'); app.use(express.json()); app.use(express.urlencoded())`,
  `import bodyParser, { json } from 'body-parser'; app.use(json(), bodyParser.urlencoded())`,
  `app.get('/', (q, res) => res.json([]))`,
])('%s does not', async (text) => {
  expect(await read(text)).toBe(false)
})
