// What an app may have loaded before it starts: a JSON file, and a module that warns when it is read.
import { createRequire } from 'node:module'
import words from './words.json' with { type: 'json' }

createRequire(import.meta.url)('./strict.cjs')
if (words.length !== 1) throw new Error('words.json has one word')
