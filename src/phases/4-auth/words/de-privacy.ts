import type { PRIVACY_TEXTS } from './en-privacy.js'

export const DE_PRIVACY_TEXTS: Record<keyof typeof PRIVACY_TEXTS, string> = {
  'privacy.title': 'Ihre Daten',
  'privacy.app': 'Was von Ihnen gespeichert ist',
  'privacy.app_text': 'Einträge in jeder Tabelle der App:',
  'privacy.account': 'Was über Ihr Konto gespeichert ist',
  'privacy.user_sessions': 'Anmeldungen',
  'privacy.audit': 'Ereignisse',
  'privacy.outbox': 'E-Mails an Sie',
  'privacy.credentials': 'Konto',
  'privacy.deletions': 'Löschanträge',
  'privacy.identities': 'Verknüpfte Konten bei Anbietern',
  'privacy.oauth_flows': 'Begonnene Anmeldungen über Anbieter',
  'privacy.links': 'Links',
  'privacy.passkey_challenges': 'Passkey-Abfragen',
  'privacy.passkeys': 'Passkeys',
  'privacy.password_resets': 'Links für neue Passwörter',
  'privacy.recovery_codes': 'Wiederherstellungscodes',
  'privacy.revoked_tokens': 'Zurückgezogene Token',
  'privacy.tokens': 'Token',
  'privacy.totp': 'Authenticator-App',
  'privacy.export': 'Daten herunterladen',
  'privacy.export_text':
    'Eine ZIP-Datei mit allen Tabellen, als JSON und als CSV für eine Tabellenkalkulation. Sie enthält, was hier im Moment der Anforderung steht.',
  'privacy.export_button': 'Herunterladen',
  'privacy.export_progress': 'Fortschritt des Downloads',
  'privacy.export_done': 'Die Datei ist vollständig.',
  'privacy.export_failed': 'Der Download wurde unterbrochen. Bitte starten Sie ihn noch einmal.',
  'privacy.delete': 'Konto löschen',
  'privacy.delete_text':
    'Ihr Konto und alles, was von Ihnen gespeichert ist, wird nach {days} gelöscht. Bis dahin können Sie sich anmelden und es behalten.',
  'privacy.delete_at_once':
    'Ihr Konto und alles, was von Ihnen gespeichert ist, wird innerhalb eines Tages gelöscht. Bis dahin können Sie sich anmelden und es behalten.',
  'privacy.delete_button': 'Mein Konto löschen',
  'privacy.delete_owner':
    'Die App braucht ihren Eigentümer, deshalb kann dieses Konto nicht gelöscht werden. Der Betreiber kann die App vorher einem anderen Benutzer übergeben.',
  'privacy.due': 'Ihr Konto wird am {day} gelöscht.',
  'privacy.keep_button': 'Mein Konto behalten',
  'privacy.kept': 'Ihr Konto bleibt bestehen.',
  'privacy.confirmed': 'Vielen Dank. Sie können Ihre Daten jetzt herunterladen.',
}
