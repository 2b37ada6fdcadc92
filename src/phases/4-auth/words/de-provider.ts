import type { PROVIDER_TEXTS } from './en-provider.js'

export const DE_PROVIDER_TEXTS: Record<keyof typeof PROVIDER_TEXTS, string> = {
  'providers.title': 'Anmeldung über andere Anbieter',
  'providers.text': 'Verknüpfen Sie ein Konto, das Sie anderswo haben, und melden Sie sich künftig damit an.',
  'providers.continue': 'Weiter mit {provider}',
  'providers.leaving_title': 'Weiter zu {provider}',
  'providers.leaving':
    'Ihr Browser geht von selbst weiter zu {provider}. Wenn nicht, folgen Sie diesem Link.',
  'providers.leaving_link': 'Zu {provider} gehen',
  'providers.since': 'verknüpft',
  'providers.used': 'zuletzt benutzt',
  'providers.never': 'noch nicht benutzt',
  'providers.link': '{provider} verknüpfen',
  'providers.unlink': 'Verknüpfung lösen',
  'providers.unlink_label': 'Verknüpfung mit {name} lösen',
  'providers.linked': 'Das Konto ist verknüpft. Ab jetzt können Sie sich damit anmelden.',
  'providers.unlinked': 'Die Verknüpfung ist gelöst. Sie können sich hier nicht mehr damit anmelden.',
  'providers.failed':
    'Die Anmeldung über {provider} hat nicht funktioniert oder wurde abgebrochen. Versuchen Sie es erneut.',
  'providers.away': '{provider} antwortet nicht. Bitte versuchen Sie es später erneut.',
  'providers.over':
    'Die Anmeldung über {provider} hat zu lange gedauert, wurde schon benutzt oder begann in einem anderen Browser. Beginnen Sie sie hier noch einmal.',
  'providers.exists':
    'Zu Ihrer Adresse bei {provider} gibt es hier schon ein Konto. Melden Sie sich zuerst dort an und verknüpfen Sie {provider} dann auf der Seite des Kontos.',
  'providers.closed':
    'Hier ist kein Konto mit Ihrem bei {provider} verknüpft, und die Registrierung ist geschlossen. Wenn Sie einen Code haben, geben Sie ihn ein und gehen Sie weiter mit {provider}.',
  'providers.no_address':
    '{provider} bestätigt keine Adresse von Ihnen. Registrieren Sie sich mit einem Passwort und verknüpfen Sie {provider} dann auf der Seite Ihres Kontos.',
  'providers.by_name':
    'Hier ist kein Konto mit Ihrem bei {provider} verknüpft. Registrieren Sie sich mit einem Benutzernamen und verknüpfen Sie {provider} dann auf der Seite Ihres Kontos.',
  'providers.unverified':
    'Bestätigen Sie zuerst Ihre Adresse: Öffnen Sie den Link in der E-Mail, die wir dorthin gesendet haben.',
  'providers.taken': 'Dieses Konto bei {provider} ist hier mit einem anderen Konto verknüpft.',
  'providers.other_login':
    'Die Anmeldung, in der Sie dies begonnen haben, ist beendet, oder in diesem Browser gilt jetzt eine andere. Es wurde nichts verknüpft.',
  'providers.busy': 'Zu viele Versuche. Bitte warten Sie eine Minute und versuchen Sie es dann erneut.',
}
