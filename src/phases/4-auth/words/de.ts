import { DE_API_TEXTS } from './de-api.js'
import { DE_MAIL } from './de-mail.js'
import { DE_PROVIDER_TEXTS } from './de-provider.js'
import type { PAGES } from './en.js'
import type { ACCOUNT_TEXTS } from './en-account.js'
import type { APP_TEXTS } from './en-app.js'
import type { PRIVACY_TEXTS } from './en-privacy.js'
import type { Catalogue } from './languages.js'

const DE_PRIVACY_TEXTS: Record<keyof typeof PRIVACY_TEXTS, string> = {
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

const DE_APP_TEXTS: Record<keyof typeof APP_TEXTS, string> = {
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

const DE_ACCOUNT_TEXTS: Record<keyof typeof ACCOUNT_TEXTS, string> = {
  'event.claimed': 'Als Eigentümer registriert',
  'event.registered': 'Konto angelegt',
  'event.register_taken': 'Jemand wollte sich mit Ihrer Adresse registrieren',
  'event.login': 'Angemeldet',
  'event.login_failed': 'Falsches Passwort bei der Anmeldung',
  'event.throttled': 'Abgelehnt: zu viele Versuche',
  'event.csrf_refused': 'Abgelehnt: von einer anderen Website gesendet',
  'event.logout': 'Abgemeldet',
  'event.reset_asked': 'Link für ein neues Passwort angefordert',
  'event.reset_link_made': 'Link für ein neues Passwort erstellt',
  'event.password_reset': 'Passwort über einen Link festgelegt',
  'event.password_changed': 'Passwort geändert',
  'event.reauthenticated': 'Passwort erneut eingegeben',
  'event.reauth_failed': 'Falsches Passwort, während Sie angemeldet waren',
  'event.login_unverified': 'Anmeldung abgelehnt: Adresse noch nicht bestätigt',
  'event.verify_asked': 'Link zum Bestätigen der Adresse angefordert',
  'event.email_verified': 'Adresse bestätigt',
  'event.access_removed': 'Adresse durch einen Link bestätigt: frühere Zugänge entfernt',
  'event.email_change_asked': 'Andere Adresse angefordert',
  'event.email_changed': 'Adresse geändert',
  'event.invited': 'Sie haben eine Person eingeladen',
  'event.session_revoked': 'Anmeldungen beendet',
  'event.refresh_reused': 'Anmeldung beendet: Das Refresh-Token wurde zweimal benutzt',
  'event.factor_due': 'Zwei-Faktor-Code angefordert',
  'event.factor_failed': 'Falscher Zwei-Faktor-Code',
  'event.factor_added': 'Zwei-Faktor-Anmeldung eingerichtet',
  'event.factor_removed': 'Zwei-Faktor-Anmeldung entfernt',
  'event.recovery_code_used': 'Wiederherstellungscode benutzt',
  'event.recovery_codes_made': 'Wiederherstellungscodes erstellt',
  'event.deletion_asked': 'Löschung des Kontos angefordert',
  'event.deletion_cancelled': 'Löschung des Kontos zurückgenommen',
  'event.passkey_added': 'Passkey hinzugefügt',
  'event.passkey_removed': 'Passkey entfernt',
  'event.passkey_used': 'Mit einem Passkey angemeldet',
  'event.passkey_refused': 'Passkey bei der Anmeldung abgelehnt',
  'event.passkey_counter':
    'Passkey abgelehnt: Sein Zähler ist niedriger als zuvor, vielleicht ist er eine Kopie',
  'event.login_link_asked': 'Link zum Anmelden angefordert',
  'event.login_link_used': 'Link zum Anmelden benutzt',
  'event.provider_linked': 'Konto bei einem anderen Anbieter verknüpft',
  'event.provider_unlinked': 'Verknüpfung mit einem anderen Anbieter gelöst',
  'event.provider_used': 'Über einen anderen Anbieter angemeldet',
  'event.provider_refused': 'Anmeldung über einen anderen Anbieter abgelehnt',
  'event.owner_transferred': 'Konto an Sie übergeben',
  'event.user_disabled': 'Konto gesperrt',
  'event.user_enabled': 'Konto entsperrt',

  'device.on': '{browser} auf {system}',
  'device.iphone': 'einem iPhone',
  'device.ipad': 'einem iPad',
  'device.mac': 'einem Mac',
  'device.unknown': 'Unbekanntes Programm',
}

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
  'account.no_password_text': 'Sie melden sich über einen Anbieter oder einen Link per E-Mail an.',
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
