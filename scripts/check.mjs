// npm run check: types, lint, unused code. Runs all of them, even if one fails.
// npm run check -- structure: the figures of the repository's structure.
// npm run check -- sentences SEED: sixty sentences of comments and docs, for review.
import { execFileSync, spawnSync } from 'node:child_process'
import { takeOnly } from './prepare/arguments.mjs'
import { prepare } from './prepare.mjs'
import { CHECKS } from './test/parts.mjs'

takeOnly((word, at, [first]) =>
  at === 0
    ? word === 'structure' || word === 'sentences'
    : at === 1 && first === 'sentences' && /^\d+$/.test(word),
)
prepare()

if (process.argv[2] === 'structure') {
  await import('./structure.mjs')
  process.exit()
}

if (process.argv[2] === 'sentences') {
  const { SAMPLED, sampledSentences } = await import('./structure/sentences.mjs')
  const files = execFileSync('git', ['ls-files', ...SAMPLED], { encoding: 'utf8' })
    .trim()
    .split('\n')
  const seed = Number(process.argv[3] ?? 1)
  for (const [at, sentence] of sampledSentences(files, seed).entries()) console.log(`${at + 1}. ${sentence}`)
  process.exit()
}

let failed = 0
for (const { name, command } of CHECKS) {
  const { status, signal } = spawnSync(process.execPath, command, { stdio: 'inherit' })
  console.log(`${name}: ${status === 0 ? 'passed' : signal ? `ended by ${signal}, run it again` : 'failed'}`)
  if (status !== 0) failed++
}
process.exit(failed ? 1 : 0)
