import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Nobody gets a page. */
export default replacing(import.meta.url, '../../forbidden-page.js', {
  forbiddenPage: () => () => null,
} satisfies Partial<typeof import('../../forbidden-page.js')>)
