import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Any name will do. */
export default replacing(import.meta.url, '../../host-list.js', {
  refuseOtherHosts: () => () => false,
} satisfies Partial<typeof import('../../host-list.js')>)
