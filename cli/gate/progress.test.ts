import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openProgress } from './progress.js'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Stdout and stderr, both a terminal or neither; `all` has what was written to either. */
function streams(isTTY: boolean) {
  const written = { out: '', bottom: '', all: '' }
  const stream = (name: 'out' | 'bottom') => {
    const write = (text: string) => {
      written[name] += text
      written.all += text
    }
    return { isTTY, columns: 20, write } as unknown as NodeJS.WriteStream
  }
  return { progress: openProgress(stream('out'), stream('bottom')), written }
}

/** What is left to see: a carriage return goes back, an erased line is empty. */
const seen = (text: string) => text.split('\n').map((line) => line.split('\r\x1b[2K').at(-1))

test('leaves nothing of itself on a terminal, and the lines that stay above it', () => {
  const { progress, written } = streams(true)
  progress.show('at work')
  progress.print('a line that stays')
  expect(seen(written.all)).toEqual(['a line that stays', 'at work  0 s'])
  progress.end()
  expect(seen(written.all)).toEqual(['a line that stays', ''])
  expect(written.out).toBe('a line that stays\n')
})

test('rewrites its line of a terminal each second', () => {
  const { progress, written } = streams(true)
  let done = 1
  progress.show(() => `${done} of 2`)
  done = 2
  vi.advanceTimersByTime(3_000)
  expect(seen(written.all)).toEqual(['2 of 2  3 s'])
})

test('keeps to one line of the terminal', () => {
  const { progress, written } = streams(true)
  progress.show('longer than the terminal is wide')
  expect(seen(written.all)[0]).toHaveLength(19)
})

test('without a terminal prints a line on stderr after 5 s of silence, and then every 30 s', () => {
  const { progress, written } = streams(false)
  progress.show('at work')
  vi.advanceTimersByTime(4_000)
  progress.print('a result')
  vi.advanceTimersByTime(4_500)
  expect(written).toMatchObject({ out: 'a result\n', bottom: '' })
  vi.advanceTimersByTime(1_000)
  expect(written.bottom).toBe('at work  9 s\n')
  vi.advanceTimersByTime(60_000)
  expect(written.bottom).toBe('at work  9 s\nat work  39 s\nat work  69 s\n')
  progress.end()
  vi.advanceTimersByTime(60_000)
  expect(written).toMatchObject({
    out: 'a result\n',
    bottom: 'at work  9 s\nat work  39 s\nat work  69 s\n',
  })
})

test('each step has its own seconds and, without a terminal, its own first line', () => {
  const { progress, written } = streams(false)
  progress.show('the first step')
  vi.advanceTimersByTime(5_000)
  const next = () => 'the next step'
  progress.show(next)
  vi.advanceTimersByTime(4_000)
  progress.show(next)
  vi.advanceTimersByTime(1_000)
  expect(written.bottom).toBe('the first step  5 s\nthe next step  5 s\n')
})
