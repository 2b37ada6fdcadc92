import { replacing } from '../../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../../src/phases/4-auth/oauth/provider/providers.js', {
  /** The providers that the gate serves itself, in place of those of the configuration. */
  ofGate: {
    providersIn: () => JSON.parse(process.env.GATE_OAUTH_PROVIDERS!),
  },
} satisfies Record<
  string,
  Partial<typeof import('../../../../../src/phases/4-auth/oauth/provider/providers.js')>
>)
