import type { APP_TEXTS } from './en-app.js'

export const DE_APP_TEXTS: Record<keyof typeof APP_TEXTS, string> = {
  'badge.label': 'Angemeldet als {name}',
  'badge.account': 'Konto',
  'badge.log_out': 'Abmelden',
  'badge.log_in': 'Anmelden',
  'badge.ended': 'Ihre Anmeldung ist abgelaufen. Ihre Eingaben sind noch da.',
  'badge.other': 'Hier ist jetzt ein anderer Benutzer angemeldet.',
  'badge.reload': 'Seite neu laden',
  'badge.title': 'Ihre Anmeldung ist abgelaufen',
  'badge.text':
    'Melden Sie sich als {name} an, um fortzufahren. Ihre Eingaben bleiben erhalten; was noch nicht gesendet wurde, wird dann gesendet.',
  'badge.later': 'Nicht jetzt',
  'badge.other_tab': 'In einem anderen Tab anmelden',
  'badge.no_login': 'Geben Sie Ihre E-Mail-Adresse oder Ihren Benutzernamen ein.',
  'badge.no_username': 'Geben Sie Ihren Benutzernamen ein.',
  'badge.no_password': 'Geben Sie Ihr Passwort ein.',
  'badge.unknown': 'Die Anmeldung funktioniert gerade nicht. Bitte versuchen Sie es erneut.',
  'badge.reloading': 'Ein anderer Benutzer hat sich angemeldet. Die Seite wird neu geladen.',
  'badge.factor':
    'Dieses Konto braucht außer dem Passwort einen Zwei-Faktor-Code: Melden Sie sich in einem anderen Tab an.',

  'forbidden.title': 'Dazu sind Sie nicht berechtigt',
  'forbidden.text': 'Ihr Konto hat keinen Zugriff auf diese Seite. Ein Administrator kann ihn gewähren.',
  'others.title': 'Das gehört einem anderen Benutzer',
  'others.text':
    'Sie können es lesen. Nur der Eigentümer kann es ändern, löschen oder ergänzen. Es wurde nichts geändert.',
  'others.taken':
    'Bis der Betreiber eine Migration abgeschlossen hat, können ihn keine zwei Benutzer haben. Es wurde nichts geändert.',
  'others.back': 'Zurück zur vorigen Seite',

  'changed.title': 'Ein anderer Benutzer ist angemeldet',
  'changed.now':
    'Dieser Browser ist jetzt als {name} angemeldet. Um Ihre Eingaben zu behalten, gehen Sie zurück und kopieren Sie sie.',
  'changed.someone': 'ein anderer Benutzer',
  'changed.go_on': 'Als {name} fortfahren',

  'kept.title': 'Ihre Anmeldung ist abgelaufen',
  'kept.text':
    'Ihre Eingaben sind noch nicht gespeichert, bleiben aber auf dieser Seite erhalten: Melden Sie sich als derselbe Benutzer an und senden Sie sie dann ab. Kein anderer Benutzer bekommt sie.',
  'kept.dropped': 'Nicht aufbewahrt, weil es geheim sein könnte: {names}',
  'kept.not':
    'Ihre Eingaben wurden nicht gespeichert und können hier nicht aufbewahrt werden. Melden Sie sich in einem anderen Tab an, gehen Sie dann zum Formular zurück und senden Sie es erneut ab.',
  'kept.too_much': 'Es ist zu viel, um es aufzubewahren.',
  'kept.file': 'Ein Formular mit einer Datei kann nicht aufbewahrt werden.',
  'kept.unreadable': 'Es ist hier nicht lesbar.',
  'kept.nobody': 'Es sagt nicht, welcher Benutzer es gesendet hat.',
  'kept.gone':
    'Ihre Eingaben sind nicht mehr da: Sie werden einen Tag lang aufbewahrt, und nur solange sich die Einrichtung des Servers nicht ändert.',
  'kept.other_tab': 'In einem anderen Tab anmelden',
  'kept.send_title': 'Eingaben absenden',
  'kept.send_text': 'Sie sind wieder angemeldet. Es wurde noch nichts gesendet.',
  'kept.send_button': 'Eingaben absenden',
  'kept.sent': 'Was an {path} gesendet wird',
  'kept.do_not': 'Nicht absenden',
  'kept.other_title': 'Ein anderer Benutzer ist angemeldet',
  'kept.other':
    'Die Eingaben gehörten zu einer anderen Anmeldung als Ihrer und wurden verworfen. Es wurde nichts gesendet.',
  'kept.go_on': 'Weiter',
}
