import { answerObjects } from './answer-objects.mjs'
import { answers } from './answers.mjs'
import { nodeAnswers } from './node-answers.mjs'
import { makes } from './requests.mjs'

/** What is looked at, by what it is of: its name, and how a handler looks at it. */
export const PROBES = { req: makes, res: { ...answers, ...nodeAnswers, ...answerObjects } }
