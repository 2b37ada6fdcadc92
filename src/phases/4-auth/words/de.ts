import { DE_ACCOUNT_TEXTS } from './de-account.js'
import { DE_API_TEXTS } from './de-api.js'
import { DE_APP_TEXTS } from './de-app.js'
import { DE_MAIL } from './de-mail.js'
import { DE_PRIVACY_TEXTS } from './de-privacy.js'
import { DE_PROVIDER_TEXTS } from './de-provider.js'
import type { PAGES } from './en.js'
import type { Catalogue } from './languages.js'

const DE_PAGES: Record<keyof typeof PAGES, string> = {
  lang: 'de',
  error: 'Fehler:',
  back_to_app: 'Zurück zur App',
  back_to_login: 'Zurück zur Anmeldung',
  back_to_account: 'Zurück zu Ihrem Konto',
  show: 'Anzeigen',
  hide: 'Verbergen',
  show_password: 'Passwort anzeigen',
  hide_password: 'Passwort verbergen',
  wait: 'Zu viele Versuche. Bitte versuchen Sie es in {seconds} Sekunden erneut.',
  wait_over: 'Sie können es jetzt erneut versuchen.',
  a_day: 'einem Tag',
  days: '{count} Tagen',
  an_hour: 'einer Stunde',
  hours: '{count} Stunden',
  not_found: 'Nicht gefunden',

  'field.login': 'E-Mail-Adresse oder Benutzername',
  'field.email': 'E-Mail-Adresse',
  'field.username': 'Benutzername',
  'field.password': 'Passwort',
  'field.new_password': 'Neues Passwort',
  'field.current_password': 'Aktuelles Passwort',
  'field.new_password_hint': '8 bis 128 Zeichen. Alles ist erlaubt; je länger, desto besser.',
  'field.new_email': 'Neue E-Mail-Adresse',

  'field.code': 'Code',
  'field.code_hint': 'Die 6 Ziffern, die die App gerade anzeigt, oder einer Ihrer Wiederherstellungscodes.',

  'login.title': 'Anmelden',
  'login.button': 'Anmelden',
  'login.shared': 'Dies ist ein gemeinsam genutzter Computer',
  'login.shared_hint':
    'Die Anmeldung endet, wenn der Browser geschlossen wird, spätestens jedoch nach 8 Stunden.',
  'login.forgot': 'Passwort vergessen?',
  'login.no_account': 'Noch kein Konto?',
  'login.register': 'Registrieren',
  'login.by_link': 'Mit einem Link per E-Mail anmelden',
  'login.wrong': 'E-Mail-Adresse oder Passwort ist falsch.',
  'login.wrong_by_name': 'Benutzername oder Passwort ist falsch.',

  'login_link.title': 'Mit einem Link anmelden',
  'login_link.text':
    'Wir senden einen Link an die Adresse des Kontos. Er meldet Sie ohne Passwort an, und zwar nur in diesem Browser.',
  'login_link.button': 'Link senden',
  'login_link.done':
    'Falls es ein Konto mit dieser Adresse gibt, ist ein Link dorthin unterwegs. Öffnen Sie ihn innerhalb von 15 Minuten in diesem Browser. Wenn Sie heute schon mehrmals einen angefordert haben, kommt er vielleicht nicht an: Melden Sie sich dann mit dem Passwort an.',
  'login_link.use_title': 'Anmelden',
  'login_link.use_text': 'Der Link aus der E-Mail meldet Sie an. Er gilt einmal.',
  'login_link.use_button': 'Anmelden',
  'login_link.other_browser':
    'Öffnen Sie diesen Link in dem Browser, in dem Sie ihn angefordert haben. Er wurde nicht eingelöst und gilt dort weiterhin.',
  'login_link.ask_here': 'Einen Link für diesen Browser anfordern',

  'register.title': 'Registrieren',
  'register.button': 'Registrieren',
  'register.account': 'Schon registriert?',
  'register.login': 'Anmelden',
  'register.owner_only':
    'Derzeit kann sich nur der Eigentümer registrieren, mit dem Eigentümercode. Er übernimmt damit alles, was schon vorhanden ist.',
  'register.closed': 'Die Registrierung ist geschlossen. Ein Administrator kann Ihnen ein Konto anlegen.',
  'register.refused':
    'Die Registrierung ist geschlossen: Der Code fehlt, ist falsch, abgelaufen, schon benutzt oder gilt für eine andere Adresse.',
  'register.invite_code': 'Einladungscode',
  'register.invite_hint': 'Er steht in der Einladung und gilt nur für die eingeladene Person.',
  'register.claim_code': 'Eigentümercode',
  'register.claim_optional': '(hat nur der Eigentümer)',
  'register.claim_hint':
    'Er macht Sie zum Eigentümer von allem, was schon vorhanden ist. Der Befehl usertwo claim gibt ihn aus.',

  'logout.title': 'Abmelden',
  'logout.text': 'Um sich wieder anzumelden, brauchen Sie Ihr Passwort.',
  'logout.button': 'Abmelden',

  'forgot.title': 'Passwort vergessen?',
  'forgot.text': 'Wir senden einen Link an die Adresse des Kontos. Damit legen Sie ein neues Passwort fest.',
  'forgot.button': 'Link senden',
  'forgot.done':
    'Falls es ein Konto mit dieser Adresse gibt, ist ein Link dorthin unterwegs. Ein früher gesendeter Link gilt ebenfalls noch.',

  'reset.title': 'Neues Passwort festlegen',
  'reset.button': 'Passwort festlegen',
  'reset.ends': 'Alle bestehenden Anmeldungen enden damit.',
  'reset.done': 'Das Passwort ist festgelegt. Melden Sie sich damit an.',

  'verify.title': 'Adresse bestätigen',
  'verify.text': 'Damit bestätigen Sie, dass die Adresse Ihnen gehört.',
  'verify.button': 'Adresse bestätigen',
  'verify.done': 'Die Adresse ist bestätigt. Melden Sie sich an.',
  'verify.resend':
    'Wir senden einen Link an die Adresse des Kontos. Damit bestätigen Sie, dass die Adresse Ihnen gehört.',
  'verify.resend_button': 'Link senden',

  'email.title': 'E-Mail-Adresse ändern',
  'email.text':
    'Wir senden einen Link an die neue Adresse. Erst wenn Sie ihn in einem Browser öffnen, in dem Sie angemeldet sind, ändert sich etwas.',
  'email.button': 'Link senden',
  'email.asked':
    'Falls die Adresse frei ist, ist ein Link dorthin unterwegs. Solange er nicht geöffnet wird, ändert sich nichts.',
  'email.confirm_title': 'Neue Adresse bestätigen',
  'email.confirm': 'Ihr Konto hat ab jetzt diese Adresse; die bisherige gilt nicht mehr.',
  'email.confirm_button': 'Diese Adresse verwenden',
  'email.done': 'Die Adresse ist geändert.',

  'account.title': 'Ihr Konto',
  'account.name': 'Name',
  'account.email': 'E-Mail-Adresse',
  'account.none': 'keine',
  'account.change_password': 'Passwort ändern',
  'account.change_password_button': 'Passwort ändern',
  'account.no_password': 'Kein Passwort',
  'account.no_password_text': 'Sie melden sich über einen Anbieter an.',
  'account.set_password': 'Ein Passwort per E-Mail setzen',
  'account.password_changed': 'Das Passwort ist geändert. Alle Ihre anderen Anmeldungen sind beendet.',
  'account.happened': 'Letzte Ereignisse',
  'account.administration': 'Verwaltung',

  'sessions.title': 'Wo Sie angemeldet sind',
  'sessions.this': 'diese Anmeldung',
  'sessions.since': 'seit',
  'sessions.used': 'zuletzt benutzt',
  'sessions.token': 'Token {name}',
  'sessions.end': 'Beenden',
  'sessions.end_label': 'Beenden: die Anmeldung mit {name} seit {day}',
  'sessions.end_others': 'Alle anderen beenden',
  'sessions.one_ended': 'Die Anmeldung ist beendet.',
  'sessions.others_ended': 'Alle anderen Anmeldungen sind beendet.',

  'factor.title': 'Zwei-Faktor-Anmeldung',
  'factor.login_title': 'Zwei-Faktor-Code eingeben',
  'factor.login_text': 'Noch ein Schritt: Den Code finden Sie in Ihrer Authenticator-App.',
  'factor.login_button': 'Anmelden',
  'factor.off':
    'Mit der Zwei-Faktor-Anmeldung brauchen Sie zum Anmelden außer dem Passwort einen Code aus einer Authenticator-App auf Ihrem Telefon. Ein gestohlenes Passwort allein reicht dann nicht.',
  'factor.set_up': 'Einrichten',
  'factor.scan': 'Scannen Sie diesen Code mit Ihrer Authenticator-App:',
  'factor.qr': 'QR-Code mit dem Schlüssel, der darunter steht',
  'factor.key': 'Oder geben Sie diesen Schlüssel in der App ein:',
  'factor.confirm_text':
    'Geben Sie dann den Code ein, den die App anzeigt. Alle Ihre anderen Anmeldungen enden damit.',
  'factor.confirm_hint': 'Die 6 Ziffern, die die App gerade anzeigt.',
  'factor.confirm_button': 'Einschalten',
  'factor.start_again': 'Mit einem neuen Schlüssel von vorn beginnen',
  'factor.on': 'Eingeschaltet seit {day}. Verbleibende Wiederherstellungscodes: {count}.',
  'factor.change_text': 'Geben Sie einen aktuellen Zwei-Faktor-Code ein und wählen Sie dann.',
  'factor.new_codes': 'Neue Wiederherstellungscodes',
  'factor.replace': 'Andere App oder anderes Telefon',
  'factor.remove': 'Ausschalten',
  'factor.removed': 'Die Zwei-Faktor-Anmeldung ist ausgeschaltet.',
  'factor.codes_title': 'Ihre Wiederherstellungscodes',
  'factor.codes_text':
    'Jeder dieser Codes gilt einmal, anstelle eines Codes aus der App. Bewahren Sie sie dort auf, wo Sie sie ohne Ihr Telefon finden. Sie werden nur jetzt angezeigt; frühere Codes gelten nicht mehr.',
  'factor.codes_done': 'Ich habe sie gespeichert',

  'passkeys.title': 'Passkeys',
  'passkeys.text':
    'Mit einem Passkey melden Sie sich ohne Passwort an: mit Ihrem Telefon, Ihrem Computer oder einem Sicherheitsschlüssel, den Sie wie gewohnt entsperren. Er ersetzt auch den Zwei-Faktor-Code.',
  'passkeys.add': 'Passkey hinzufügen',
  'passkeys.name': 'Name',
  'passkeys.name_hint': 'Daran erkennen Sie ihn wieder, zum Beispiel: mein Telefon.',
  'passkeys.create_text':
    'Ihr Browser fragt, wo der Passkey gespeichert werden soll, und lässt Sie das Gerät entsperren.',
  'passkeys.create_button': 'Passkey erstellen',
  'passkeys.back': 'Zurück zu Ihren Passkeys',
  'passkeys.failed': 'Der Vorgang wurde abgebrochen oder hat nicht funktioniert. Versuchen Sie es erneut.',
  'passkeys.missing': 'Dafür sind JavaScript und ein Browser nötig, der Passkeys unterstützt.',
  'passkeys.since': 'hinzugefügt',
  'passkeys.used': 'zuletzt benutzt',
  'passkeys.never': 'noch nicht benutzt',
  'passkeys.backed_up': 'auf allen Ihren Geräten',
  'passkeys.rename': 'Umbenennen',
  'passkeys.rename_label': '{name} umbenennen',
  'passkeys.rename_button': 'Namen speichern',
  'passkeys.remove': 'Entfernen',
  'passkeys.remove_label': '{name} entfernen',
  'passkeys.added': 'Der Passkey ist hinzugefügt. Ab jetzt können Sie sich damit anmelden.',
  'passkeys.renamed': 'Der Name ist geändert.',
  'passkeys.removed':
    'Der Passkey ist entfernt. Sie können sich damit nicht mehr anmelden; löschen Sie ihn auch auf Ihrem Gerät.',
  'passkeys.login_button': 'Mit einem Passkey anmelden',

  'confirm.title': 'Ihr Passwort, bitte',
  'confirm.text':
    'Sie haben Ihr Passwort vor einer Weile eingegeben. Geben Sie es erneut ein, um fortzufahren.',
  'confirm.button': 'Weiter',
  'confirm.provider_title': 'Melden Sie sich bitte erneut an',
  'confirm.by_provider':
    'Sie haben sich vor einer Weile angemeldet. Ihr Konto hat kein Passwort: Melden Sie sich über einen Anbieter, der damit verknüpft ist, erneut an und versuchen Sie es dann noch einmal.',

  'step_up.title': 'Bestätigen Sie, dass Sie es sind',
  'step_up.text': 'Dafür sind Ihr Passwort und ein Zwei-Faktor-Code nötig.',
  'step_up.passkey': 'Ihr Passkey bestätigt es:',
  'step_up.by_provider':
    'Ihr Konto hat kein Passwort: Melden Sie sich über einen Anbieter, der damit verknüpft ist, erneut an und geben Sie dann einen Zwei-Faktor-Code ein.',
  'step_up.none':
    'Dafür ist ein zweiter Faktor nötig, und Ihr Konto hat noch keinen. Richten Sie hier einen ein und gehen Sie dann dorthin zurück, wo Sie waren.',
}

/** Every text in German. */
export const DE: Catalogue = {
  ...DE_PAGES,
  ...DE_API_TEXTS,
  ...DE_ACCOUNT_TEXTS,
  ...DE_APP_TEXTS,
  ...DE_PRIVACY_TEXTS,
  ...DE_PROVIDER_TEXTS,
  ...DE_MAIL,
}
