/** The languages in which usertwo shows its pages and writes its e-mails. */
export const LANGUAGES = ['en', 'de'] as const

export type Language = (typeof LANGUAGES)[number]
