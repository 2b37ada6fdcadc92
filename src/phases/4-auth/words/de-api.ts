import type { API_TEXTS } from './en-api.js'

export const DE_API_TEXTS: Record<keyof typeof API_TEXTS, string> = {
  'problem.invalid_request': 'Die Anfrage ist ungültig.',
  'problem.authentication_required': 'Bitte melden Sie sich an.',
  'problem.reauth_required': 'Bitte geben Sie Ihr Passwort erneut ein.',
  'problem.csrf_failed': 'Diese Anfrage kam nicht von der Seite, von der sie zu kommen vorgibt.',
  'problem.email_not_verified': 'Bitte bestätigen Sie zuerst Ihre E-Mail-Adresse.',
  'problem.forbidden': 'Dazu sind Sie nicht berechtigt.',
  'problem.not_found': 'Hier gibt es nichts.',
  'problem.user_changed': 'Hier ist jetzt ein anderer Benutzer angemeldet.',
  'problem.taken': 'Diesen Wert hat ein anderer Benutzer.',
  'problem.already_exists': 'Das gibt es schon.',
  'problem.payload_too_large': 'Die Anfrage ist zu groß.',
  'problem.internal_error': 'Etwas ist schiefgegangen.',
  'problem.unavailable': 'Im Moment nicht verfügbar. Bitte versuchen Sie es erneut.',

  'refused.no_login': 'Geben Sie eine E-Mail-Adresse oder einen Benutzernamen ein.',
  'refused.no_email': 'Geben Sie eine E-Mail-Adresse ein.',
  'refused.not_email': 'Das ist keine E-Mail-Adresse.',
  'refused.no_username': 'Geben Sie einen Benutzernamen ein.',
  'refused.username_form': 'Verwenden Sie 2 bis 40 Buchstaben ohne Umlaute, Ziffern, „.“, „_“ oder „-“.',
  'refused.no_password': 'Geben Sie ein Passwort ein.',
  'refused.password_long': 'Höchstens 128 Zeichen.',
  'refused.password_short': 'Mindestens 8 Zeichen.',
  'refused.password_broken': 'Das ist kein gültiger Text.',
  'refused.password_name':
    'Das ist kaum mehr als ein Name von Ihnen oder der App. Fügen Sie Wörter hinzu, auf die andere nicht kommen.',
  'refused.password_common': 'Dieses Passwort würden andere als eines der ersten ausprobieren.',
  'refused.password_breached':
    'Dieses Passwort stammt aus einem Datenleck und steht in den Listen anderer. Wählen Sie ein anderes.',
  'refused.password_wrong': 'Das ist nicht Ihr Passwort.',
  'refused.code_long': 'Zu lang.',
  'refused.email_has_account': 'Zu dieser Adresse gibt es schon ein Konto. Melden Sie sich an.',
  'refused.name_has_account': 'Zu diesem Namen gibt es schon ein Konto. Melden Sie sich an.',
  'refused.email_taken': 'Ein anderer Benutzer hat diese Adresse.',
  'refused.name_taken': 'Ein anderer Benutzer hat diesen Namen.',
  'refused.email_same': 'Das ist bereits Ihre Adresse.',
  'refused.email_unconfirmed':
    'Bestätigen Sie zuerst Ihre Adresse: Öffnen Sie den Link in der E-Mail, die wir dorthin gesendet haben, oder fordern Sie einen neuen an.',
  'refused.link_over': 'Dieser Link ist abgelaufen oder wurde schon benutzt. Fordern Sie einen neuen an.',
  'refused.link_login_first':
    'Melden Sie sich zuerst in diesem Browser an. Öffnen Sie den Link dann noch einmal.',
  'refused.link_elsewhere':
    'Öffnen Sie diesen Link in dem Browser, in dem Sie ihn angefordert haben. Er wurde nicht eingelöst und gilt dort weiterhin.',
  'refused.factor_code_form':
    'Geben Sie die 6 Ziffern ein, die die App anzeigt, oder einen Wiederherstellungscode.',
  'refused.factor_code_wrong': 'Dieser Code ist falsch oder wurde schon benutzt.',
  'refused.factor_code_due': 'Geben Sie einen Zwei-Faktor-Code ein.',
  'refused.factor_code_first': 'Geben Sie einen Code der App ein, die bisher eingerichtet ist.',
  'refused.factor_none': 'Die Zwei-Faktor-Anmeldung ist nicht eingerichtet.',
  'refused.factor_again':
    'Beginnen Sie von vorn: Ein neuer Schlüssel wartet 15 Minuten lang auf seinen Code.',
  'refused.factor_late':
    'Die Anmeldung hat zu lange gedauert oder wurde inzwischen geändert. Melden Sie sich erneut an.',
  'refused.passkey':
    'Dieser Passkey wurde nicht angenommen, oder es hat länger als 5 Minuten gedauert. Versuchen Sie es erneut.',
  'refused.passkey_again':
    'Der Passkey wurde nicht angenommen, oder es hat länger als 5 Minuten gedauert. Beginnen Sie von vorn.',
  'refused.passkey_taken': 'Dieser Passkey ist schon registriert.',
  'refused.passkeys_many': 'Es gibt schon 20 Passkeys. Entfernen Sie zuerst einen.',
  'refused.passkey_last':
    'Dieser Passkey ist der einzige Zugang zu Ihrem Konto. Legen Sie zuerst ein Passwort fest.',
  'refused.provider_away': 'Der Anbieter antwortet nicht. Bitte versuchen Sie es erneut.',
  'refused.provider_last':
    'Nur damit können Sie sich noch anmelden. Legen Sie zuerst ein Passwort fest: Die Seite „Passwort vergessen?“ sendet Ihnen einen Link.',
  'refused.passkey_name': 'Geben Sie einen Namen mit 1 bis 60 Zeichen ein.',
  'refused.last_admin':
    'Das ist der einzige Administrator, der sich anmelden kann. Ernennen Sie zuerst einen weiteren.',
  'refused.owner_stays':
    'Das Konto des Eigentümers bleibt: Der Code der App arbeitet mit seinen Daten. Übergeben Sie die App zuerst.',
  'refused.export_running':
    'Ein anderer Export wird gerade geschrieben. Versuchen Sie es erneut, wenn er fertig ist.',
  'refused.logins_many': 'Zu viele Anmeldungen gleichzeitig.',
  'refused.not_a_form': 'Senden Sie das Formular dieser Seite.',
  'refused.user_changed':
    'Das kam von einer Seite, die für eine andere Anmeldung erstellt wurde als die, die dieser Browser jetzt hat. Es wurde nichts geändert.',

  'register.done': 'Falls die Adresse frei war, ist das Konto bereit: Melden Sie sich damit an.',
  'register.done_by_name': 'Falls der Name frei war, ist das Konto bereit: Melden Sie sich damit an.',
  'register.mailed':
    'Eine E-Mail an diese Adresse ist unterwegs. Öffnen Sie den Link darin, um fortzufahren.',
}
