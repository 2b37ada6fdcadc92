import { expect, test } from 'vitest'
import { openProgress } from './progress.js'

function terminal(isTTY: boolean) {
  let written = ''
  const out = { isTTY, columns: 20, write: (text: string) => (written += text) }
  return { out: out as unknown as NodeJS.WriteStream, written: () => written }
}

/** What is left to see: a carriage return goes back, an erased line is empty. */
const seen = (text: string) => text.split('\n').map((line) => line.split('\r\x1b[2K').at(-1))

test('leaves nothing of itself on a terminal, and the lines that stay above it', () => {
  const { out, written } = terminal(true)
  const progress = openProgress(out)
  progress.show('at work')
  progress.print('a line that stays')
  expect(seen(written())).toEqual(['a line that stays', 'at work  0 s'])
  progress.end()
  expect(seen(written())).toEqual(['a line that stays', ''])
})

test('keeps to one line of the terminal', () => {
  const { out, written } = terminal(true)
  openProgress(out).show('longer than the terminal is wide')
  expect(seen(written())[0]).toHaveLength(19)
})

test('prints plain lines alone where there is no terminal', () => {
  const { out, written } = terminal(false)
  const progress = openProgress(out)
  progress.show('at work')
  progress.print('a line')
  progress.end()
  expect(written()).toBe('a line\n')
})
