import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Config } from '../../../config/config.js'
import type { Kit } from '../../../core/kit.js'
import { originalOf, variantOf } from '../../../core/one-per-app.js'
import { packages } from '../../../core/packages.js'
import { varyBy } from '../../2-hardening/answers/own-headers.js'
import { LANGUAGES, type Language } from '../config/languages.js'
import { EN, type Word } from './en.js'

type WithAuth = Pick<Config, 'auth'>
export type Catalogue = Readonly<Record<Word, string>>

const LOADERS: Record<Exclude<Language, 'en'>, () => Promise<Catalogue>> = {
  de: async () => (await import('./de.js')).DE,
}
const loaded: Partial<Record<Language, Catalogue>> = { en: EN }

/** Loads the texts that a configuration may need. English is always there. */
export async function loadLanguages({ auth }: WithAuth): Promise<void> {
  for (const [language, load] of Object.entries(LOADERS) as [
    keyof typeof LOADERS,
    () => Promise<Catalogue>,
  ][])
    if (auth.language === language || auth.language === 'auto') loaded[language] ??= await load()
}

/** @throws Error before {@link loadLanguages} has loaded them */
export function catalogueOf(language: Language): Catalogue {
  const texts = loaded[language]
  if (!texts) throw new Error(`the texts of the language "${language}" are not loaded`)
  return texts
}

/** The language of what no request asks for. */
export const standardLanguage = ({ auth }: WithAuth): Language =>
  auth.language === 'auto' ? 'en' : auth.language

/** The language that a request prefers (RFC 9110, 12.5.4); null where the configuration has only one. */
export function askedLanguage({ auth }: WithAuth, req: IncomingMessage): Language | null {
  if (auth.language !== 'auto') return null
  const Negotiator = packages.negotiator
  return (new Negotiator(req).language([...LANGUAGES]) as Language | undefined) ?? 'en'
}

/** Whether it is a language that usertwo has. */
export const isLanguage = (given: unknown): given is Language =>
  (LANGUAGES as readonly unknown[]).includes(given)

/** A kit for the same app whose pages and mails are in one language. */
export function inLanguage(kit: Kit, language: Language): Kit {
  const { config } = kit
  if (config.auth.language === language) return kit
  return variantOf(kit, { ...config, auth: { ...config.auth, language } })
}

/** A kit for the same app, in the language that a request prefers; the same kit where there is only one. */
export function inLanguageOf(kit: Kit, req: IncomingMessage): Kit {
  const language = askedLanguage(kit.config, req)
  return language === null ? kit : inLanguage(kit, language)
}

/** Makes something once for each language that requests choose, on first use. */
export function perLanguage<Made>(kit: Kit, make: (kit: Kit) => Made): (req: IncomingMessage) => Made {
  const made = new Map<Language, Made>()
  return (req) => {
    const language = askedLanguage(kit.config, req) ?? standardLanguage(kit.config)
    const known = made.get(language) ?? make(inLanguage(kit, language))
    made.set(language, known)
    return known
  }
}

/** Whether requests choose the language of an app. */
export const isChosen = (kit: Kit): boolean => originalOf(kit).config.auth.language === 'auto'

/** Names the language of an answer, and what it was chosen by, where requests choose it. */
export function sayLanguage(kit: Kit, res: ServerResponse): void {
  if (!isChosen(kit)) return
  res.setHeader('Content-Language', standardLanguage(kit.config))
  varyBy(res, 'Accept-Language')
}
