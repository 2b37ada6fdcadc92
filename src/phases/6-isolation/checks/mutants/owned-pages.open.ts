import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** The page of a change opens for whoever knows its address. */
export default replacing(import.meta.url, '../../owned-pages.js', {
  ownedPages: () => null,
} satisfies Partial<typeof import('../../owned-pages.js')>)
