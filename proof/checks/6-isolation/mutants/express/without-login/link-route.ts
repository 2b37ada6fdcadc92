import { replacing } from '../../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../../src/express/without-login/link-route.js', {
  /** Nothing in an address is known as the secret of a link. */
  unmasked: {
    linkSecrets: () => () => [],
  },
} satisfies Record<
  string,
  Partial<typeof import('../../../../../../src/express/without-login/link-route.js')>
>)
