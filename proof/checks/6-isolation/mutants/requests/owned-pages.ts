import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/6-isolation/requests/owned-pages.js', {
  /** The page of a change opens for whoever knows its address. */
  open: {
    ownedPages: () => null,
  },
} satisfies Record<
  string,
  Partial<typeof import('../../../../../src/phases/6-isolation/requests/owned-pages.js')>
>)
