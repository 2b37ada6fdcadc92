import { expect, test } from 'vitest'
import { fileParser } from '../../../reading/syntax/sources.js'
import { findUnhooked } from './unhooked.js'

const found = async (text: string) => findUnhooked([(await fileParser('.'))('db.js', text)])

test.each([
  ["import pg from 'pg'\nimport postgres from 'postgres'"],
  ["const express = require('express')\nconst sql = require('postgres')(url)"],
  ["const load = 1\nconst { default: postgres } = await import('postgres')"],
])('names the place that loads a library no hook reaches: %s', async (text) => {
  expect(await found(text)).toEqual([
    expect.stringMatching(
      /^db\.js:2: postgres speaks to PostgreSQL without pg.*the start refuses it\. Use pg/,
    ),
  ])
})

test('does not name Prisma, whose client is given to scope()', async () => {
  expect(await found("import { PrismaClient } from '@prisma/client'")).toEqual([])
})

test('does not take a text for a library', async () => {
  expect(await found("log('postgres'); connect('postgres')")).toEqual([])
})
