import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { freshDatabase } from '../../../test/support/postgres.js'
import type { GateDatabase } from '../../gate/gate.js'
import { rowTexts, shownNumber, shownText } from './shown-texts.js'

const NAME = { place: 'users.name', text: "Ann O'Neil" }
const bodies = (user: string, other = '', anonymous = '') => ({ user, other, anonymous })

describe('a page that differs for users', () => {
  it('shows a text of a row, escaped or not, and as a whole word', () => {
    for (const page of ["Hello Ann O'Neil!", 'Hello Ann O&#39;Neil', '{"hello":"Ann O\'Neil"}'])
      expect([page, shownText([NAME], [], bodies(page))]).toEqual([page, NAME])
    expect(
      shownText([{ place: 'users.name', text: 'Ann' }], [], bodies('<nav>Annual report</nav>')),
    ).toBeNull()
  })

  it('shows no text that an anonymous client or the second user gets as often', () => {
    const page = "by Ann O'Neil"
    expect(shownText([NAME], [], bodies(page, '', page))).toBeNull()
    expect(shownText([NAME], [], bodies(page, page))).toBeNull()
    expect(shownText([NAME], [], bodies(`${page}, you are Ann O'Neil`, page, page))).toEqual(NAME)
  })

  it('shows a text that a row of each user holds', () => {
    expect(shownText([NAME], [NAME], bodies("Ann O'Neil", "Ann O'Neil"))).toEqual(NAME)
  })

  it('shows a number that only this user gets', () => {
    expect(shownNumber(bodies('<a href="/users/17">me</a>', '<a href="/users/18">me</a>'))).toBe('17')
    expect(shownNumber(bodies('<a tabindex="1">me</a>', '<a tabindex="1">me</a>'))).toBeNull()
    expect(shownNumber(bodies('<h2>My notes</h2>', ''))).toBeNull()
  })
})

it('the texts of a user are those of their rows, without roles, enums, listed words and tables that all may read', async () => {
  const { url } = await freshDatabase()
  const client = new pg.Client(url)
  await client.connect()
  try {
    await client.query(`create type mood as enum ('happy');
      create table users (id int primary key, name text, role text, mood mood, size text check (size in ('small', 'large')));
      create table notes (id int primary key, user_id int, data jsonb, number int);
      create table posts (id int primary key, user_id int, title text);
      insert into users values (1, 'Ann', 'admin', 'happy', 'small'), (2, 'Bob', 'admin', 'happy', 'large');
      insert into notes values (1, 1, '{"list": ["first note", 5]}', 7), (2, 2, '{"list": ["second note"]}', 8);
      insert into posts values (1, 1, 'read by all')`)
    const sql: GateDatabase['sql'] = async (text, values) => (await client.query(text, values)).rows
    const config = {
      users: { table: 'users', id: 'id' },
      tables: {
        notes: { owner: 'user_id', access: 'owned' },
        posts: { owner: 'user_id', access: 'readable' },
      },
    } as unknown as Parameters<typeof rowTexts>[1]
    expect(await rowTexts({ sql }, config, 1)).toEqual([
      { place: 'users.name', text: 'Ann' },
      { place: 'notes.data', text: 'first note' },
    ])
  } finally {
    await client.end()
  }
})
