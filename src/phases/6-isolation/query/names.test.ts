import { describe, expect, it } from 'vitest'
import { compilingKnex } from '../../../../test/support/compiling-knex.js'
import type { KnexClient } from './knex/knex-internals.js'
import { readName } from './names.js'

const client: KnexClient = compilingKnex().client

describe('readName', () => {
  it.each([
    ['threads', { name: 'threads', alias: 'threads', spelled: 'threads', qualifier: null }],
    ['threads as t', { name: 'threads', alias: 't', spelled: 't', qualifier: null }],
    ['s . threads AS  t ', { name: 'threads', alias: 't', spelled: 't', qualifier: 's' }],
    ['db.s.threads', { name: 'threads', alias: 'threads', spelled: 'threads', qualifier: 's' }],
    ['İ as t', { name: 'İ', alias: 't', spelled: 't', qualifier: null }],
  ])('reads %j', (text, name) => {
    expect(readName(client, text)).toEqual(name)
  })

  it('reads names as the app’s wrapIdentifier will write them', () => {
    const snake = (value: string) => value.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    const db = compilingKnex(undefined, { wrapIdentifier: (value, wrap) => wrap(snake(value)) })
    expect(readName(db.client, 'myThreads as myT')).toMatchObject({
      name: 'my_threads',
      alias: 'my_t',
      spelled: 'myT',
    })
  })
})
