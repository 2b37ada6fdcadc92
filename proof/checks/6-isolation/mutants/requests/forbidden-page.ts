import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(
  import.meta.url,
  '../../../../../src/phases/6-isolation/requests/forbidden-page.js',
  {
    /** A refusal is never sent as a page. */
    none: {
      forbiddenPage: () => () => null,
    },
  } satisfies Record<
    string,
    Partial<typeof import('../../../../../src/phases/6-isolation/requests/forbidden-page.js')>
  >,
)
