import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes a minute or more, the longest first: begun last, one of them would be waited for alone. */
const LONG = [
  'test/honest',
  'test/dial',
  'test/isolation/leaks',
  'test/isolation/readable',
  'test/first-ten-minutes',
  'test/matrix',
  'test/init',
  'src/tools/gate/run',
  'src/tools/gate/starts',
  'test/own-tests/own-tests',
  'test/isolation/chosen-keys',
]

/** The order of files where nobody knows yet how long each took, as on a fresh clone. */
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
