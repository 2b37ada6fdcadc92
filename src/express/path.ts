/**
 * The one place where the path of a request is read. Code that opens something uses the path as sent, byte by
 * byte (`sentPath`). Code that closes something uses every way in which a router, proxy or framework may read
 * it (`readPath`), and closes if any of them matches.
 */

/** A path in its parts, lower-case: `['api', 'jobs', ':id']`. */
export type Segments = readonly string[]

export interface PathRead {
  /** whether the path can be read in one way only, so that an exception may be made for it */
  plain: boolean
  ways: readonly Segments[]
}

const SCHEME_AND_HOST = /^[a-z][a-z0-9+.-]*:\/\/[^/\\?#]*/i
/** Some readers do not end the host at a backslash. */
const LONGER_HOST = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i
/**
 * Express's `parseurl` (`url.parse`) ends the host at the first character that no host contains:
 * `http://h%70rivate/a` is `%70rivate/a` to it.
 */
const PARSED_HOST =
  /^[a-z][a-z0-9+.-]*:\/\/(?:[^/\\?#]*@)?(?:\[[^\]/\\?#]*\]|[a-z0-9._\u0080-\uffff-]*)(?::\d*)?/i
/** `url.parse` reads no host after `javascript:`. */
const SCHEME = /^[a-z][a-z0-9+.-]*:/i
/** A host that all readers end at the same character. */
const PLAIN_HOST = /^(?:https?|wss?):\/\/(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d*)?(?=[/?#]|$)/i
/** Segments without dots, encodings or characters that some readers take for a slash or the end. */
const PLAIN = /^(?:\/(?!\.{1,2}(?:\/|$))[^/%\\#]+)*\/?$/
/** No known reader decodes deeper encodings. */
const DEEPEST = 3

/** Returns the path as sent, byte by byte, without its query. */
export function sentPath(target: string): string {
  const at = target.indexOf('?')
  return at < 0 ? target : target.slice(0, at)
}

/** Returns the path without query and fragment, scheme and host (absolute form, RFC 9112, 3.2.2). */
export function barePath(target: string, host = SCHEME_AND_HOST): string {
  return target.replace(host, '').split(/[?#]/, 1)[0]!
}

/**
 * Returns whether all readers agree on where the path of a target begins: false for an absolute form with a user,
 * or with a host that is not a name or an address.
 */
export function hasPlainHost(target: string): boolean {
  return !SCHEME.test(target) || PLAIN_HOST.test(target)
}

/** Returns a path without slashes at its end, except that of the root. */
export const withoutEndSlash = (path: string): string => path.replace(/(?<=.)\/+$/, '')

/** Returns the segments of a declared path, regardless of case and of the number of slashes. */
export function segmentsOf(path: string): string[] {
  return path
    .toLowerCase()
    .split('/')
    .filter((one) => one !== '')
}

/**
 * Reads the target of a request in every way: encodings decoded within a segment or before the path is split, backslashes
 * as letters or as slashes, dot segments as names or as steps; regardless of case and of the number of slashes.
 */
export function readPath(target: string): PathRead {
  const sent = sentPath(target)
  const known = plainOnes.get(sent)
  if (known) return known
  if (PLAIN.test(sent)) return rememberPlain(sent)
  const hosts = [SCHEME_AND_HOST, LONGER_HOST]
  if (!hasPlainHost(target)) hosts.push(PARSED_HOST, SCHEME)
  const bare = new Set(hosts.map((host) => barePath(target, host)))
  return { plain: false, ways: [...bare].flatMap((path) => [...partings(path)].flatMap(inSteps)) }
}

/** Plain paths that were read recently: several layers read the path of one request. */
const plainOnes = new Map<string, PathRead>()
const MOST_PLAIN = 1_000

function rememberPlain(path: string): PathRead {
  const read = { plain: true, ways: [segmentsOf(path)] }
  if (plainOnes.size >= MOST_PLAIN) plainOnes.clear()
  plainOnes.set(path, read)
  return read
}

/** Splits a path before and after decoding, with backslashes as letters or as slashes. */
function* partings(path: string): Generator<string[]> {
  yield path.split('/').map(decoded)
  if (path.includes('\\')) yield path.replaceAll('\\', '/').split('/').map(decoded)
  if (!path.includes('%')) return
  const read = decoded(path)
  yield read.split('/')
  if (read.includes('\\')) yield read.replaceAll('\\', '/').split('/')
}

/** Returns the segments with dot segments as names, and resolved as steps. */
function inSteps(parts: readonly string[]): Segments[] {
  const named = parts.filter(Boolean).map((part) => part.toLowerCase())
  if (!named.some(isStep)) return [named]
  const kept: string[] = []
  for (const segment of named) {
    if (segment === '..') kept.pop()
    else if (segment !== '.') kept.push(segment)
  }
  return [named, kept]
}

const isStep = (segment: string) => segment === '.' || segment === '..'

/**
 * Returns the segments of a URL as routers in a browser read it: regardless of case and of a slash at the
 * end. An encoded slash stays within its segment, and an empty segment counts.
 */
export function addressSegments(address: string): string[] {
  const path = sentPath(address).toLowerCase().replace(/^\//, '').replace(/\/$/, '')
  return path === '' ? [] : path.split('/')
}

/** Returns whether a path is `mount` or below it. */
export function isAtOrBelow(path: string, mount: string): boolean {
  if (!path.startsWith(mount)) return false
  return path.length === mount.length || mount.endsWith('/') || path[mount.length] === '/'
}

function decoded(text: string): string {
  let read = text
  for (let deep = 0; deep < DEEPEST && read.includes('%'); deep++)
    try {
      read = decodeURIComponent(read)
    } catch {
      break
    }
  return read
}
