import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'

/** What a page loads, as bundlers make it. */
async function bundle(entry: string) {
  const entryPoints = [fileURLToPath(new URL(entry, import.meta.url))]
  const { outputFiles, metafile } = await build({
    entryPoints,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    metafile: true,
  })
  const { imports } = Object.values(metafile.outputs)[0]!
  return { bytes: gzipSync(outputFiles[0]!.contents).length, imports }
}

test.each(['index.ts', 'tag.ts'])('%s is less than 6 kB, gzip, and needs nothing else', async (entry) => {
  const { bytes, imports } = await bundle(entry)
  console.log(`src/client/${entry}: ${bytes} bytes, gzip`)
  expect(imports).toEqual([])
  expect(bytes).toBeGreaterThan(2_000)
  expect(bytes).toBeLessThan(6_000)
})
