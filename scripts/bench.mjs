// npm run bench -- BENCH [options]; npm run bench -- --help lists them
import { BenchUsage, help, parseBench } from './bench/benches.mjs'
import { installPinned } from './prepare/pinned.mjs'
import { prepare } from './prepare.mjs'

const asked = parsed()
if (asked === null) console.log(help())
else if (asked) {
  prepare()
  if (asked.name === 'peers') installPinned('bench/peers', 'what usertwo is compared with')
  const { run } = await import(`../bench/${asked.name}.mjs`)
  await run(asked.values).catch((error) => {
    // Names of variants are known to the bench alone.
    if (!(error instanceof RangeError) || !error.message.startsWith('--')) throw error
    console.error(`bench: ${error.message}`)
    process.exitCode = 64
  })
}

function parsed() {
  try {
    return parseBench(process.argv.slice(2))
  } catch (error) {
    if (!(error instanceof BenchUsage)) throw error
    console.error(`bench: ${error.message}`)
    process.exitCode = 64
  }
}
