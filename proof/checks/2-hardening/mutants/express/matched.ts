import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/express/matched.js', {
  /** No route counts as the app's own. */
  nothingDeclared: {
    isDeclared: () => false,
  },
} satisfies Record<string, Partial<typeof import('../../../../../src/express/matched.js')>>)
