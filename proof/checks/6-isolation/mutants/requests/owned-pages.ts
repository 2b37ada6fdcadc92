import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/6-isolation/requests/owned-pages.js', {
  /** The page that edits a row opens for every user who knows its address. */
  open: {
    ownedPages: () => null,
  },
} satisfies Record<
  string,
  Partial<typeof import('../../../../../src/phases/6-isolation/requests/owned-pages.js')>
>)
