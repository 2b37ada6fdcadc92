import { createInterface } from 'node:readline'

/** A question that only someone who knows the app can answer. */
export interface InitQuestion {
  asks: string
  /** the answer that is assumed by default */
  guess: string
  /** every answer there is */
  answers: readonly string[]
  /** further answers that count; default: none */
  takes?: (said: string) => boolean
  /** where it was looked */
  at: string
}

/** Gives one of the answers. */
export type AskOwner = (question: InitQuestion) => Promise<string>

/** For `--yes`, and without a terminal. */
export const takeGuess: AskOwner = async ({ guess }) => guess

/** Keeps each answer, so that the second attempt of init repeats no question. */
export function askedOnce(ask: AskOwner): AskOwner {
  const answers = new Map<string, Promise<string>>()
  return (question) => {
    const key = `${question.asks} ${question.at}`
    const answer = answers.get(key) ?? ask(question)
    answers.set(key, answer)
    return answer
  }
}

const MOST = 8

/**
 * Asks at a terminal, and once more after an unknown answer. An empty line, and the end of input, accept the
 * guess.
 */
export function askAt(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): AskOwner {
  return async ({ asks, guess, answers, takes, at }) => {
    const lines = createInterface({ input })
    const others = answers.filter((one) => one !== guess)
    const more = others.length > MOST ? ', …' : ''
    const line = `${asks} (${at})\n  [${guess}]${others.length ? ` or ${others.slice(0, MOST).join(', ')}${more}` : ''}: `
    output.write(line)
    try {
      for await (const said of lines) {
        if (said.trim() === '') return guess
        const found = answers.find((one) => one.toLowerCase() === said.trim().toLowerCase())
        if (found !== undefined) return found
        if (takes?.(said.trim())) return said.trim()
        output.write(`  ${said.trim()} is not one of ${answers.slice(0, MOST).join(', ')}${more}: `)
      }
      return guess
    } finally {
      lines.close()
    }
  }
}
