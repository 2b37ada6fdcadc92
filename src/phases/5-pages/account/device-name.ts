import type { Say, Word } from '../../4-auth/words/words.js'

const BROWSERS: [RegExp, string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/(?:Chrome|CriOS)\//, 'Chrome'],
  [/\bVersion\/[\d.]+.* Safari\//, 'Safari'],
]
/** A name, or the word for it. */
const SYSTEMS: [RegExp, { name: string } | Word][] = [
  [/iPhone/, 'device.iphone'],
  [/iPad/, 'device.ipad'],
  [/Android/, { name: 'Android' }],
  [/Windows/, { name: 'Windows' }],
  [/CrOS/, { name: 'ChromeOS' }],
  [/Mac OS X|Macintosh/, 'device.mac'],
  [/Linux/, { name: 'Linux' }],
]

/** Names a login by its `User-Agent`, so that its owner recognises it. It is what the client says, and no proof. */
export function deviceName(say: Say, userAgent: string | null): string {
  if (!userAgent) return say('device.unknown')
  const browser = BROWSERS.find(([sign]) => sign.test(userAgent))?.[1]
  const found = SYSTEMS.find(([sign]) => sign.test(userAgent))?.[1]
  const system = typeof found === 'string' ? say(found) : found?.name
  if (browser) return system ? say('device.on', { browser, system }) : browser
  // Programs other than browsers begin with their name: curl/8.5.0.
  return /^[\w.-]{1,40}(?=\/|$)/.exec(userAgent)?.[0] ?? say('device.unknown')
}
