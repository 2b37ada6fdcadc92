// An app in TypeScript that Node runs itself (22.18 and later), without tsx: through init, gate 6 and the two edits.
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { gated } from '../init/play.mjs'
import { GO, initialised, ONLY, strips } from './books.js'

test.skipIf(!strips)(
  'is GO by its second entry, and in its own files with the printed edits',
  async () => {
    const { folder, printed } = await initialised()
    expect(printed).toMatch(/^start +certain +node src\/server\.ts/m)
    expect(await gated(folder, '6', '--only', ONLY)).toMatchObject(GO)

    execFileSync('patch', ['-p1'], { cwd: folder, input: /^--- a\/[\s\S]*(?=^Next: )/m.exec(printed)![0] })
    rmSync(join(folder, 'server.hardened.js'))
    expect(await gated(folder, '6', '--only', ONLY)).toMatchObject(GO)
  },
  300_000,
)
