import { replacing } from '../../../gate/replace/replacing.js'

/** Any name will do. */
export default replacing(import.meta.url, '../../../../src/phases/2-hardening/requests/host-list.js', {
  refuseOtherHosts: () => () => false,
} satisfies Partial<typeof import('../../../../src/phases/2-hardening/requests/host-list.js')>)
