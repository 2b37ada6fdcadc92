import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseConfig } from '../../src/config/config.js'
import { readSources } from '../syntax/sources.js'
import { findJobs } from './jobs.js'

async function heardIn(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'usertwo-listeners-'))
  try {
    writeFileSync(join(folder, 'store.js'), "exports.keep = (db, text) => db.query('insert')")
    writeFileSync(join(folder, 'app.js'), text)
    const config = parseConfig({
      app: { start: ['node', 'app.js'] },
      owner: { id: 1 },
      users: { table: 'users' },
    })
    const jobs = findJobs((await readSources(folder, config)).server)
    return jobs.map(({ what, by, at, namesUser }) => `${at} ${by} ${what}${namesUser ? ' as a user' : ''}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const KEEP = "(topic, text) => db.query('insert into readings (text) values ($1)', [text])"

test.each([
  [
    'a sensor',
    `const mqtt = require('mqtt')\nconst client = mqtt.connect(url)\nclient.on('message', ${KEEP})`,
    'mqtt: message',
  ],
  [
    'a chat, by a command',
    `const { Telegraf } = require('telegraf')\nconst bot = new Telegraf(token)\nbot.command('add', async (ctx) => { await db('notes').insert({ text: ctx.message.text }) })`,
    'telegraf: add',
  ],
  [
    'a chat, by a constant',
    `import { Client, Events } from 'discord.js'\nconst client = new Client({})\nclient.on(Events.MessageCreate, async (m) => { await Note.create({ text: m.content }) })`,
    'discord.js: on',
  ],
  [
    'a folder, by a function of another file',
    `const { keep } = require('./store')\nrequire('chokidar').watch('inbox')\nconst chokidar = require('chokidar')\nchokidar.watch('inbox').on('add', (file) => keep(db, file))`,
    'chokidar: add',
  ],
  [
    'a queue',
    `import amqp from 'amqplib'\nconst channel = await (await amqp.connect(url)).createChannel()\nawait channel.consume('notes', ${KEEP})`,
    'amqplib: notes',
  ],
  [
    'NOTIFY of PostgreSQL, by a function of this file',
    `const { Client } = require('pg')\nconst listener = new Client(url)\nfunction again() { return db.query('select 1') }\nlistener.on('notification', again)`,
    'pg: notification',
  ],
])('what a listener hears outside of requests is a job: %s', async (_what, text, says) => {
  expect(await heardIn(text)).toEqual([expect.stringMatching(new RegExp(`^app\\.js:\\d+ listener ${says}$`))])
})

test('a listener whose work names a user says so', async () => {
  const text = `const mqtt = require('mqtt')\nmqtt.connect(url).on('message', (_, text) => asUser(1, () => db.query('insert')))`
  expect(await heardIn(text)).toEqual(['app.js:2 listener mqtt: message as a user'])
})

test.each([
  [
    'how a connection is',
    `const mqtt = require('mqtt')\nmqtt.connect(url).on('connect', () => db.query('select 1'))`,
  ],
  ['what asks no database', `const mqtt = require('mqtt')\nmqtt.connect(url).on('message', console.log)`],
  [
    'a pool',
    `const { Pool } = require('pg')\nconst pool = new Pool()\npool.on('connect', (one) => one.query('set x = 1'))`,
  ],
  [
    'the messages of clients',
    `import { WebSocketServer } from 'ws'\nconst wss = new WebSocketServer({ port: 1 })\nwss.on('message', ${KEEP})`,
  ],
  ['a route', `const app = require('express')()\napp.get('/x', (req, res) => db.query('select 1'))`],
])('%s is not a job', async (_what, text) => {
  expect(await heardIn(text)).toEqual([])
})
