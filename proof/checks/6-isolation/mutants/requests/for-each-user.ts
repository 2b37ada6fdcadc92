import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/6-isolation/jobs/for-each-user.js', {
  /** The work of a job is done for no user. */
  forNoUser: {
    forEachUser: async () => ({ done: 0, failed: [] }),
  },
} satisfies Record<
  string,
  Partial<typeof import('../../../../../src/phases/6-isolation/jobs/for-each-user.js')>
>)
