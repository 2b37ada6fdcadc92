import { expect, test } from 'vitest'
import { fileParser } from '../syntax/sources.js'
import { findUnhooked } from './unhooked.js'

const found = async (text: string, file = 'db.js') => findUnhooked([(await fileParser('.'))(file, text)])

test.each([
  ["import pg from 'pg'\nimport postgres from 'postgres'"],
  ["const express = require('express')\nconst sql = require('postgres')(url)"],
  ["const load = 1\nconst { default: postgres } = await import('postgres')"],
])('names the place that loads a library no hook reaches: %s', async (text) => {
  expect(await found(text)).toEqual([
    {
      at: 'db.js:2',
      isSometimes: false,
      what: expect.stringMatching(
        /^postgres speaks to PostgreSQL without pg.*the start refuses it\. Use pg, .*drizzle-orm\/node-postgres.*PostgresDialect/,
      ),
    },
  ])
})

test.each([
  ['drizzle-orm/postgres-js', 'postgres'],
  ['kysely-postgres-js', 'postgres'],
  ['drizzle-orm/neon-http', '@neondatabase/serverless'],
])('names %s, which is over %s', async (module, name) => {
  expect(await found(`import { drizzle } from '${module}'`)).toEqual([
    expect.objectContaining({ what: expect.stringContaining(`${module} is over ${name}, which speaks to`) }),
  ])
})

test('leaves what only gives types', async () => {
  const types = "import type { Sql } from 'postgres'\nimport { type Row } from 'postgres'"
  expect(await found(types, 'db.ts')).toEqual([])
})

test('a library that can be hooked from some version on is named, and not for certain', async () => {
  expect(await found("require('bluebird')")).toEqual([expect.objectContaining({ isSometimes: true })])
})

test('does not name Prisma, whose client is given to scope()', async () => {
  expect(await found("import { PrismaClient } from '@prisma/client'")).toEqual([])
})

test('does not take a text for a library', async () => {
  expect(await found("log('postgres'); connect('postgres')")).toEqual([])
})
