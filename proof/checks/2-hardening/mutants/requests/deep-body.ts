import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/2-hardening/requests/deep-body.js', {
  /** Bodies may be nested without a limit. */
  anyDepth: {
    deepBody: () => (_req, _res, next) => next(),
  },
} satisfies Record<
  string,
  Partial<typeof import('../../../../../src/phases/2-hardening/requests/deep-body.js')>
>)
