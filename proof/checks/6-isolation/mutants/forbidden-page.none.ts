import { replacing } from '../../../gate/replace/replacing.js'

/** Nobody gets a page. */
export default replacing(import.meta.url, '../../../../src/phases/6-isolation/requests/forbidden-page.js', {
  forbiddenPage: () => () => null,
} satisfies Partial<typeof import('../../../../src/phases/6-isolation/requests/forbidden-page.js')>)
