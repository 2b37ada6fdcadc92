import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { askAt, takeGuess } from './question.js'

const question = {
  asks: 'Does everybody read kinds?',
  guess: 'yes',
  answers: ['yes', 'no'],
  at: '3 rows from the start',
}

async function asked(typed: string | null, takes?: (said: string) => boolean) {
  const [input, output] = [new PassThrough(), new PassThrough()]
  let shown = ''
  output.on('data', (text) => (shown += text))
  const answer = askAt(input, output)({ ...question, ...(takes && { takes }) })
  if (typed === null) input.end()
  else input.write(typed)
  return { answer: await answer, shown }
}

test('a question shows its text, its place, and the answer that an empty line accepts', async () => {
  const { answer, shown } = await asked('\n')
  expect(answer).toBe('yes')
  expect(shown).toContain('Does everybody read kinds? (3 rows from the start)\n  [yes] or no: ')
})

test('accepts another answer, in any case, and asks again after an unknown one', async () => {
  expect((await asked('No\n')).answer).toBe('no')
  const { answer, shown } = await asked('perhaps\nno\n')
  expect(answer).toBe('no')
  expect(shown).toContain('perhaps is not one of yes, no')
})

test('at the end of input the guess is taken', async () => {
  expect((await asked(null)).answer).toBe('yes')
  expect(await takeGuess(question)).toBe('yes')
})

test('an answer that is not listed counts where the question takes it, as it was typed', async () => {
  const takes = (said: string) => said.startsWith('10.')
  const { answer, shown } = await asked('11.0.0.1\n10.0.0.5/32 \n', takes)
  expect(answer).toBe('10.0.0.5/32')
  expect(shown).toContain('11.0.0.1 is not one of')
})
