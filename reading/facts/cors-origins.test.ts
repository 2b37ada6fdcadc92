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
  [
    "app.use((req, res, next) => { res.set({ Vary: 'Origin', 'Access-Control-Allow-Origin': 'https://a.example.com' }); next() })",
    ['https://a.example.com'],
    null,
  ],
  [
    "app.get('/a', (req, res) => res.writeHead(200, { 'access-control-allow-origin': process.env.CLIENT_URL }).end())",
    [],
    'process.env.CLIENT_URL',
  ],
  [
    "app.use(cors((req, done) => done(null, { origin: ['https://a.example.com'], credentials: true })))",
    ['https://a.example.com'],
    null,
  ],
  [
    "app.options('/a', cors({ origin: [process.env.CLIENT_URL, 'https://a.example.com'] }))",
    ['https://a.example.com'],
    'process.env.CLIENT_URL',
  ],
])('reads the origins of %s', (code, origins, other) => {
  expect(read(code)).toEqual([{ at: expect.stringMatching(/^app\.js:\d+$/), origins, other }])
})

it.each([
  'app.use(cors())',
  "app.use(cors({ origin: '*' }))",
  'app.use(cors({ origin: true }))',
  "other({ origin: 'https://a.example.com' })",
  "app.get('/a', (req, res) => res.set({ 'Access-Control-Allow-Origin': '*', Link: 'https://a.example.com' }).end())",
])('%s names no origin', (code) => {
  expect(read(code)).toEqual([])
})
