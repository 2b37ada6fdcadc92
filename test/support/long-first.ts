import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes a minute or more, the longest first: begun last, one of them would be waited for alone. */
const LONG = [
  'test/isolation/kept-in-memory',
  'test/isolation/leaks',
  'proof/gate/run/run',
  'src/database/migrator',
  'test/mistakes',
  'test/isolation/mixed-users',
  'test/isolation/foreign-at-once',
  'test/isolation/binding-lasts',
  'test/matrix',
]

/** The order of files without durations of an earlier run, as on a fresh clone. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONG.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`))
      return at === -1 ? LONG.length : at
    }
    return sorted
      .map((file) => ({ file, at: place(file) }))
      .sort((one, other) => one.at - other.at)
      .map(({ file }) => file)
  }
}
