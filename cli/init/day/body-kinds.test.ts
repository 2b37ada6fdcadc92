import { expect, test } from 'vitest'
import { fileParser } from '../../../reading/syntax/sources.js'
import { bodyKindsOf } from './body-kinds.js'

const read = async (text: string) => bodyKindsOf([(await fileParser('/app'))('app.js', text)])

test.each([
  `const express = require('express'); app.use(express.urlencoded({ extended: false })); app.get('/', (q, res) => res.json([]))`,
  `import { urlencoded } from 'express'; app.use(urlencoded())`,
  `app.use(require('body-parser').urlencoded({ extended: true }))`,
])('%s reads forms alone', async (text) => {
  expect(await read(text)).toEqual(['form'])
})

test.each([
  `const express = require('express'); app.use(express.json()); app.use(express.urlencoded())`,
  `import bodyParser, { json } from 'body-parser'; app.use(json(), bodyParser.urlencoded())`,
  `import { Router, json, urlencoded } from 'express'; const [api, pages] = [Router().use(json()), Router().use(urlencoded())]`,
])('%s reads both', async (text) => {
  expect(await read(text)).toEqual(['json', 'form'])
})

test.each([
  `const express = require('express'); app.use(express.json())`,
  `app.get('/', (q, res) => res.json([]))`,
])('%s reads JSON', async (text) => {
  expect(await read(text)).toEqual(['json'])
})
