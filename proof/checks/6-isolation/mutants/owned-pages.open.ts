import { replacing } from '../../../gate/replace/replacing.js'

/** The page of a change opens for whoever knows its address. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/requests/owned-pages.js', {
  ownedPages: () => null,
} satisfies Partial<typeof import('../../../../src/phases/6-isolation/requests/owned-pages.js')>)
