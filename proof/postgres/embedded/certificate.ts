import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { chownSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../../at-exit.js'
import type { OsUser } from './os-user.js'

/** A private key and the certificate that it has signed itself, both in PEM. */
export interface SelfSigned {
  key: string
  certificate: string
}

const DAYS = 3650
const DAY_MS = 86_400_000

/**
 * Makes a certificate for `localhost` and 127.0.0.1 that is its own authority (RFC 5280): a server on this machine offers
 * TLS by it. The key is new each time, on the curve P-256. Valid from yesterday, for ten years.
 */
export function newCertificate(): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'))
  const name = sequence(set(sequence(oid('550403'), der(0x0c, Buffer.from('localhost')))))
  const yesterday = Date.now() - DAY_MS
  const toBeSigned = sequence(
    der(0xa0, integer(2)),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    name,
    sequence(time(yesterday), time(yesterday + DAYS * DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(
      0xa3,
      sequence(
        // The names it is for, and that it may sign certificates, such as itself.
        extension(
          '551d11',
          sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1]))),
        ),
        extension('551d13', sequence(der(0x01, Buffer.from([0xff])))),
      ),
    ),
  )
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', toBeSigned, privateKey)]))
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: pem(sequence(toBeSigned, ecdsaWithSha256, signature)),
  }
}

let own: SelfSigned | undefined
/** The certificate of every server that this process starts. */
const ofThisProcess = () => {
  own ??= newCertificate()
  return own
}

/** Puts the certificate where a server looks for it: into its cluster, readable by its account alone. */
export function layCertificate(cluster: string, account: OsUser | null): void {
  const { key, certificate } = ofThisProcess()
  const files = { 'server.key': key, 'server.crt': certificate }
  for (const [name, text] of Object.entries(files)) {
    const path = join(cluster, name)
    rmSync(path, { force: true })
    writeFileSync(path, text, { mode: 0o600 })
    if (account) chownSync(path, account.uid, account.gid)
  }
}

let file: string | undefined
/** Returns a file for `NODE_EXTRA_CA_CERTS`: with it a client that verifies certificates accepts those servers. */
export function authorityFile(): string {
  if (file) return file
  file = join(temporaryFolder('usertwo-authority-').path, 'authority.pem')
  writeFileSync(file, ofThisProcess().certificate)
  return file
}

/** A value of ASN.1 in DER (X.690): its tag, its length, its bytes. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const value = Buffer.concat(parts)
  const { length } = value
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...head]), value])
}

const sequence = (...parts: Buffer[]) => der(0x30, ...parts)
const set = (...parts: Buffer[]) => der(0x31, ...parts)
const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))
const integer = (value: number) => der(0x02, Buffer.from([value]))
const extension = (id: string, value: Buffer) => sequence(oid(id), der(0x04, value))
/** UTCTime, to the second. */
const time = (at: number) =>
  der(0x17, Buffer.from(`${new Date(at).toISOString().replaceAll(/\D/g, '').slice(2, 14)}Z`))

const pem = (bytes: Buffer) =>
  `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64').replaceAll(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`
