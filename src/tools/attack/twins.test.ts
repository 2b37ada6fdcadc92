import { describe, expect, it } from 'vitest'
import { missing, openTwins, twinOf } from './twins.js'

const UUID = 'af000000-1111-4222-8333-444444444444'

describe('the key of a copy', () => {
  it.each([
    ['17', '1000017'],
    [UUID, 'b0111111-1111-4222-8333-444444444444'],
    ['emma', 'emma-b'],
  ])('of %s is %s', (id, twin) => {
    expect(twinOf(id)).toBe(twin)
  })

  it('is read back in a text, and no other number is', () => {
    const twins = openTwins([UUID, 'emma', '17'])
    expect(twins.back(`a 1000017 ${twinOf(UUID)} /emma-b v1.1000017x`)).toBe(`a 17 ${UUID} /emma v1.1000017x`)
  })

  it('is read back where a page writes it behind a word, and not within a longer name', () => {
    const twins = openTwins([])
    expect(twins.back('id="delete1000004" for="note_1000004" 4a1000004 x1000004y')).toBe(
      'id="delete4" for="note_4" 4a1000004 x1000004y',
    )
  })

  it('is read back whole where a piece of it reads like a number of theirs', () => {
    const [uuid, text] = ['a0123456-1111-4222-8333-444444444444', 'b_1234567']
    const twins = openTwins([uuid, text, 'b'])
    expect(twinOf(uuid)).toMatch(/^b1234567-/)
    const unknown = `note-c1234567-1111-4222-8333-aaaaa1234567`
    expect(twins.back(`note_${twinOf(uuid)} ${unknown} ${twinOf(text)}`)).toBe(
      `note_${uuid} ${unknown} ${text}`,
    )
  })

  it('is learned from two answers where rows were made since', () => {
    const twins = openTwins([UUID])
    const keys = { own: new Set(['n2']), control: new Set(['n1']) }
    twins.learn('{"id":"n2","other_id":"x2"}', '{"id":"n1","other_id":"x1"}', keys)
    expect([twins.of('n1'), twins.back('n2'), twins.of('x1')]).toEqual(['n2', 'n1', 'x1-b'])
    twins.learn('{"id":"n3"}', '{"id":"n1"}', { ...keys, own: new Set(['n3']) })
    expect(twins.of('n1')).toBe('n2')
  })

  it('is learned from two pages, and from where two forms lead', () => {
    const twins = openTwins([UUID])
    const [mine, theirs] = [UUID.replace('af', '1f'), UUID.replace('af', '2f')] as [string, string]
    const keys = { own: new Set([mine, 'Nm4Gq0zX']), control: new Set([theirs, 'Nt7Hp1yW']) }
    twins.learn(`<a href="/t/${mine}">x</a>`, `<a href="/t/${theirs}">x</a>`, keys)
    twins.learn('Found. Redirecting to /t/Nm4Gq0zX', 'Found. Redirecting to /t/Nt7Hp1yW', keys)
    expect([twins.of(theirs), twins.of('Nt7Hp1yW')]).toEqual([mine, 'Nm4Gq0zX'])
  })
})

it('a missing key is of the same kind, and that of nobody’s copy', () => {
  for (const id of ['17', UUID, 'emma', 'zz-1']) {
    expect(missing(id)).not.toBe(id)
    expect(missing(id)).not.toBe(twinOf(id))
  }
  expect(missing(UUID)).toMatch(/^[0-9a-f]{8}-1111-4222-8333-444444444444$/)
})
