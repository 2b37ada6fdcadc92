import { expect, test } from 'vitest'
import { eventsIn, Quiet } from './events.js'

const stream = (...events: string[]) => eventsIn('stream', events.map((one) => `${one}\n\n`).join(''))
const told = (quiet: Quiet, ...events: string[]) => quiet.newIn(stream(...events)).map(({ text }) => text)

/** What came while the owner did nothing, in one window each. */
function quietOf(...windows: string[][]): Quiet {
  const quiet = new Quiet()
  for (const events of windows) quiet.add(stream(...events))
  return quiet
}

test('an event is what is between two empty lines, without comments and ids', () => {
  const came = ': hello\n\nid: 7\nevent: put\ndata: {"uid":"a"}\n\n: beat\n\nretry: 10\n\ndata: b\n\n'
  expect(eventsIn('stream', came).map(({ text }) => text)).toEqual([
    'event: put\ndata: {"uid":"a"}',
    'data: b',
  ])
  expect(eventsIn('socket', '{"a":1}\n{"a":2}')).toHaveLength(2)
})

test('a clock and a beat that come to all are not new, whatever the time', () => {
  const quiet = quietOf(
    ['data: {"now":"2026-11-30T12:00:00Z"}', 'data: beat'],
    ['data: {"now":"2026-11-30T12:00:01Z"}', 'data: beat'],
  )
  expect(told(quiet, 'data: beat', 'data: {"now":"2027-01-01T00:00:00Z"}')).toEqual([])
})

test('an event with other members, another name or another text is new', () => {
  const quiet = quietOf(['data: {"op":"beat","of":"all"}'], ['data: {"op":"beat","of":"all"}'])
  expect(told(quiet, 'data: {"op":"insert","uid":"a"}')).toHaveLength(1)
  expect(told(quiet, 'event: put\ndata: {"op":"beat","of":"all"}')).toHaveLength(1)
  expect(told(quiet, 'data: {"op":"insert","of":"all"}')).toHaveLength(1)
  expect(told(quietOf([], []), 'data: 3')).toHaveLength(1)
})

test('of a shape whose texts change by themselves no text is new', () => {
  const quiet = quietOf(['data: {"tip":"walk"}'], ['data: {"tip":"rest"}'])
  expect(told(quiet, 'data: {"tip":"read"}')).toEqual([])
  expect(told(quiet, 'data: {"changes":1}')).toHaveLength(1)
})
