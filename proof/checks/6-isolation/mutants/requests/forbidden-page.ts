import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(
  import.meta.url,
  '../../../../../src/phases/6-isolation/requests/forbidden-page.js',
  {
    /** Nobody gets a page. */
    none: {
      forbiddenPage: () => () => null,
    },
  } satisfies Record<
    string,
    Partial<typeof import('../../../../../src/phases/6-isolation/requests/forbidden-page.js')>
  >,
)
