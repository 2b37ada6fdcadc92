import { expect, it } from 'vitest'
import { fileParser } from '../syntax/sources.js'
import { corsOrigins } from './cors-origins.js'

const parse = await fileParser('/notes')
const read = (code: string) =>
  corsOrigins([parse('app.js', `const cors = require('cors')\nconst app = require('express')()\n${code}`)])

it.each([
  ["app.use(require('cors')({ origin: 'https://a.example.com' }))", ['https://a.example.com'], null],
  ["app.use(cors({ origin: 'https://app.example.com/' }))", ['https://app.example.com'], null],
  [
    "app.use(cors({ origin: ['https://a.example.com', /example/, 'http://localhost:5173'] }))",
    ['https://a.example.com', 'http://localhost:5173'],
    null,
  ],
  [
    "const LIST = ['https://a.example.com']\napp.use(cors({ credentials: true, origin: LIST }))",
    ['https://a.example.com'],
    null,
  ],
  [
    "const options = { origin: 'https://a.example.com' }\napp.use(cors(options))",
    ['https://a.example.com'],
    null,
  ],
  [
    "app.use(cors({ origin: process.env.CLIENT_URL || 'http://localhost:3000' }))",
    ['http://localhost:3000'],
    'process.env.CLIENT_URL',
  ],
  ['app.use(cors({ origin: process.env.CLIENT_URL }))', [], 'process.env.CLIENT_URL'],
  [
    "const ALLOWED = new Set(['https://a.example.com'])\napp.use(cors({ origin: (origin, done) => done(null, ALLOWED.has(origin)) }))",
    ['https://a.example.com'],
    null,
  ],
  [
    "app.use((req, res, next) => { res.setHeader('Access-Control-Allow-Origin', 'https://a.example.com'); next() })",
    ['https://a.example.com'],
    null,
  ],
])('reads the origins of %s', (code, origins, other) => {
  expect(read(code)).toEqual([{ at: expect.stringMatching(/^app\.js:\d+$/), origins, other }])
})

it.each([
  'app.use(cors())',
  "app.use(cors({ origin: '*' }))",
  'app.use(cors({ origin: true }))',
  "other({ origin: 'https://a.example.com' })",
])('%s names no origin', (code) => {
  expect(read(code)).toEqual([])
})
