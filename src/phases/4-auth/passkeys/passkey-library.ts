import type {
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { ConfigError } from '../../../core/config-error.js'
import { refuseOtherVersions } from '../../../core/optional/optional-package.js'
import { CHALLENGE_MS } from './challenges.js'
import { type ExpectedAnswer, expectedOf } from './expected-answer.js'
import type { AssertedCredential, CreatedCredential } from './passkey-bodies.js'
import type { PasskeyRow, PasskeyState } from './passkey-rows.js'
import type { RelyingParty } from './relying-party.js'

const PACKAGE = '@simplewebauthn/server'
/** EdDSA, ES256, RS256: what authenticators have. */
const ALGORITHMS = [-8, -7, -257]

interface Asked {
  challenge: string
  rp: RelyingParty
}
interface NewUser {
  handle: string
  /** under which authenticators list the passkey */
  name: string
  /** passkeys the user has already */
  known: readonly Pick<PasskeyRow, 'credentialId' | 'transports'>[]
}

/** What a new passkey is made of. */
export type MadeCredential = PasskeyState & Pick<PasskeyRow, 'credentialId' | 'publicKey' | 'transports'>

/** What the package behind passkeys does. Options are as `navigator.credentials` takes them, in JSON. */
export interface PasskeyLibrary {
  creationOptions(asked: Asked, user: NewUser): Promise<object>
  requestOptions(asked: Asked): Promise<object>
  /** null: the answer is not accepted, whatever the cause */
  created(answer: CreatedCredential, expected: ExpectedAnswer): Promise<MadeCredential | null>
  /** The same for a login. The counter is the caller's to compare. */
  asserted(
    answer: AssertedCredential,
    expected: ExpectedAnswer,
    known: PasskeyRow,
  ): Promise<PasskeyState | null>
}

type Library = typeof import('@simplewebauthn/server')

/**
 * Loads the package; Node keeps it.
 * @throws ConfigError that names the package to install
 */
export async function passkeyLibrary(): Promise<PasskeyLibrary> {
  refuseOtherVersions('AUTH_ENABLE_PASSKEYS=true', [PACKAGE])
  const library = await import('@simplewebauthn/server').catch((cause: unknown) => {
    throw new ConfigError('The environment is not usable', [
      `AUTH_ENABLE_PASSKEYS=true: needs ${PACKAGE} (${(cause as Error).message.split('\n', 1)[0]}); run: npm install ${PACKAGE}`,
    ])
  })
  return { ...asking(library), ...verifying(library) }
}

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'))

const asking = (library: Library): Pick<PasskeyLibrary, 'creationOptions' | 'requestOptions'> => ({
  creationOptions: ({ challenge, rp }, { handle, name, known }) =>
    library.generateRegistrationOptions({
      rpName: rp.name,
      rpID: rp.id,
      userID: bytes(handle),
      userName: name,
      userDisplayName: name,
      challenge: bytes(challenge),
      timeout: CHALLENGE_MS,
      attestationType: 'none',
      excludeCredentials: known.map(({ credentialId: id, transports }) => ({
        id,
        transports: transports as AuthenticatorTransport[],
      })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      supportedAlgorithmIDs: ALGORITHMS,
    }),

  requestOptions: ({ challenge, rp }) =>
    library.generateAuthenticationOptions({
      rpID: rp.id,
      challenge: bytes(challenge),
      timeout: CHALLENGE_MS,
      userVerification: 'required',
      allowCredentials: [],
    }),
})

const verifying = (library: Library): Pick<PasskeyLibrary, 'created' | 'asserted'> => ({
  async created(answer, expected) {
    const response = { ...answer, clientExtensionResults: {} } as RegistrationResponseJSON
    const { registrationInfo: made } = await library
      .verifyRegistrationResponse({ response, ...expectedOf(expected), supportedAlgorithmIDs: ALGORITHMS })
      .catch(refused)
    return made
      ? {
          credentialId: made.credential.id,
          publicKey: made.credential.publicKey,
          transports: answer.response.transports,
          counter: made.credential.counter,
          ...backup(made),
        }
      : null
  },

  async asserted(answer, expected, { credentialId: id, publicKey }) {
    const response = { ...answer, clientExtensionResults: {} } as unknown as AuthenticationResponseJSON
    const credential = { id, publicKey: new Uint8Array(publicKey), counter: 0 }
    const { verified, authenticationInfo: used } = await library
      .verifyAuthenticationResponse({ response, ...expectedOf(expected), credential })
      .catch(refused)
    return verified && used ? { counter: used.newCounter, ...backup(used) } : null
  },
})

/** The package throws at everything that is wrong with an answer, or strange in it. */
const refused = () => ({ verified: false, registrationInfo: undefined, authenticationInfo: undefined })

const backup = (said: { credentialDeviceType: string; credentialBackedUp: boolean }) => ({
  isBackupEligible: said.credentialDeviceType === 'multiDevice',
  isBackedUp: said.credentialBackedUp,
})
