// npm run bench -- BENCH [options]; npm run bench -- --help lists them
import { BenchUsage, help, parseBench } from './bench/benches.mjs'
import { installPinned } from './prepare/pinned.mjs'
import { prepare } from './prepare.mjs'

const given = parsed()
if (given === null) console.log(help())
else if (given) {
  prepare()
  if (given.name === 'peers') installPinned('bench/peers', 'the libraries to compare with')
  const { run } = await import(`../bench/${given.name}.mjs`)
  await run(given.values).catch((error) => {
    // Only the bench itself knows the names of its variants.
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
