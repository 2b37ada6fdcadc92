import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** What the server asks a browser for a new passkey, as far as an authenticator reads it. */
export interface CreationAsked {
  challenge: string
  rp: { id: string }
  user: { id: string }
}

/** What it asks for a login. */
export interface RequestAsked {
  challenge: string
  rpId: string
}

/** What an answer says that one of an honest browser and authenticator would not. */
export interface OddAnswer {
  challenge?: string
  rpId?: string
  origin?: string
  type?: string
  crossOrigin?: boolean
  counter?: number
  handle?: string | null
  /** default: yes */
  isVerified?: boolean
  isPresent?: boolean
  isBackupEligible?: boolean
  isBackedUp?: boolean
  /** the credential id of another passkey */
  id?: string
  /** format of the attestation, with a statement; default: none */
  format?: string
}

/** A passkey in memory: ES256, discoverable. */
export interface SoftwarePasskey {
  id: string
  rpId: string
  handle: string
  /** the last one sent; raised at each use */
  counter: number
  isBackupEligible: boolean
  key: KeyObject
}

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest()
const inText = (bytes: Buffer) => bytes.toString('base64url')

/** Makes a passkey as a browser on `origin` does, and what it answers. By the W3C's text, not by the library of the toolkit. */
export function makePasskey(
  asked: CreationAsked,
  origin: string,
  said: OddAnswer = {},
): { passkey: SoftwarePasskey; credential: object } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const passkey: SoftwarePasskey = {
    id: said.id ?? inText(randomBytes(32)),
    rpId: asked.rp.id,
    handle: asked.user.id,
    counter: said.counter ?? 1,
    isBackupEligible: said.isBackupEligible ?? false,
    key: privateKey,
  }
  const { x, y } = publicKey.export({ format: 'jwk' })
  const coordinate = (text = '') => Buffer.from(text, 'base64url')
  // RFC 9053, 7.1.1: EC2, ES256, P-256.
  const cose = cbor(
    new Map<number, Cbor>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, coordinate(x)],
      [-3, coordinate(y)],
    ]),
  )
  const id = Buffer.from(passkey.id, 'base64url')
  const length = Buffer.alloc(2)
  length.writeUInt16BE(id.length)
  const attested = Buffer.concat([Buffer.alloc(16), length, id, cose])
  const fmt = said.format ?? 'none'
  const attestation = cbor(
    new Map<string, Cbor>([
      ['fmt', fmt],
      ['attStmt', new Map<string, Cbor>(said.format ? [['sig', Buffer.alloc(8)]] : [])],
      ['authData', authenticatorData(passkey, said, attested)],
    ]),
  )
  const response = {
    clientDataJSON: inText(clientDataOf('webauthn.create', asked.challenge, origin, said)),
    attestationObject: inText(attestation),
    transports: ['internal'],
  }
  return { passkey, credential: answerOf(passkey, response) }
}

/** What a browser on `origin` answers when a passkey is used. */
export function usePasskey(
  passkey: SoftwarePasskey,
  asked: RequestAsked,
  origin: string,
  said: OddAnswer = {},
): object {
  passkey.counter = said.counter ?? passkey.counter + 1
  const clientDataJSON = clientDataOf('webauthn.get', asked.challenge, origin, said)
  const data = authenticatorData(passkey, said)
  const handle = said.handle === undefined ? passkey.handle : said.handle
  const response = {
    clientDataJSON: inText(clientDataJSON),
    authenticatorData: inText(data),
    signature: inText(sign('sha256', Buffer.concat([data, sha256(clientDataJSON)]), passkey.key)),
    ...(handle !== null && { userHandle: handle }),
  }
  return answerOf({ id: said.id ?? passkey.id }, response)
}

const answerOf = ({ id }: Pick<SoftwarePasskey, 'id'>, response: object) => ({
  id,
  rawId: id,
  type: 'public-key',
  response,
  clientExtensionResults: {},
})

function clientDataOf(type: string, challenge: string, origin: string, said: OddAnswer): Buffer {
  return Buffer.from(
    JSON.stringify({
      type: said.type ?? type,
      challenge: said.challenge ?? challenge,
      origin: said.origin ?? origin,
      crossOrigin: said.crossOrigin ?? false,
    }),
  )
}

/** W3C, Web Authentication, 6.1. */
function authenticatorData(passkey: SoftwarePasskey, said: OddAnswer, attested?: Buffer): Buffer {
  const isEligible = said.isBackupEligible ?? passkey.isBackupEligible
  const flags =
    (said.isPresent === false ? 0 : 0x01) |
    (said.isVerified === false ? 0 : 0x04) |
    (isEligible ? 0x08 : 0) |
    (said.isBackedUp ? 0x10 : 0) |
    (attested ? 0x40 : 0)
  const counter = Buffer.alloc(4)
  counter.writeUInt32BE(passkey.counter)
  return Buffer.concat([
    sha256(said.rpId ?? passkey.rpId),
    Buffer.from([flags]),
    counter,
    attested ?? Buffer.alloc(0),
  ])
}

type Cbor = number | string | Buffer | Map<number | string, Cbor>

/** RFC 8949, as far as an attestation needs it. */
function cbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value >= 0 ? cborHead(0, value) : cborHead(1, -1 - value)
  if (typeof value === 'string')
    return Buffer.concat([cborHead(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Map)
    return Buffer.concat([
      cborHead(5, value.size),
      ...[...value].flatMap(([key, one]) => [cbor(key), cbor(one)]),
    ])
  return Buffer.concat([cborHead(2, value.length), value])
}

function cborHead(major: number, size: number): Buffer {
  if (size < 24) return Buffer.from([(major << 5) | size])
  if (size < 256) return Buffer.from([(major << 5) | 24, size])
  return Buffer.from([(major << 5) | 25, size >> 8, size & 255])
}
