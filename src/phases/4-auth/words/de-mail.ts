import type { MAIL } from './en-mail.js'

export const DE_MAIL: Record<keyof typeof MAIL, string> = {
  'mail.html': '{content}',

  'mail.reset.subject': 'Neues Passwort für {app}',
  'mail.reset.text': `Jemand, vermutlich Sie, hat ein neues Passwort für {app} angefordert.

Mit diesem Link legen Sie es fest, einmal und innerhalb von {life}. Alle bestehenden Anmeldungen enden damit. Ein früher gesendeter Link gilt ebenfalls, solange seine eigene Frist läuft.

{link}

Wenn Sie das nicht waren, müssen Sie nichts tun: Ohne den Link ändert sich nichts.`,
  'mail.reset.link': 'Neues Passwort festlegen',

  'mail.login_link.subject': 'Anmeldung bei {app}',
  'mail.login_link.text': `Jemand, vermutlich Sie, möchte sich mit dieser Adresse bei {app} anmelden.

Dieser Link meldet Sie an, einmal und innerhalb von 15 Minuten, in dem Browser, in dem er angefordert wurde:

{link}

Wenn Sie das nicht waren, müssen Sie nichts tun: In jedem anderen Browser bewirkt der Link nichts. Geben Sie ihn nicht weiter.`,
  'mail.login_link.link': 'Anmelden',

  'mail.password_changed.subject': 'Ihr Passwort für {app} wurde geändert',
  'mail.password_changed.text': `Das Passwort Ihres Kontos bei {app} wurde geändert. Alle anderen Anmeldungen sind beendet.

Wenn Sie das waren, müssen Sie nichts tun.

Wenn Sie das nicht waren, legen Sie jetzt ein neues Passwort fest:

{link}`,
  'mail.password_changed.link': 'Neues Passwort festlegen',

  'mail.verify.subject': 'Bestätigen Sie Ihre Adresse für {app}',
  'mail.verify.text': `Jemand, vermutlich Sie, hat sich mit dieser Adresse bei {app} registriert.

Dieser Link bestätigt sie, einmal und innerhalb eines Tages. Danach können Sie sich anmelden.

{link}

Wenn Sie das nicht waren, öffnen Sie ihn nicht: Ohne ihn kann das Konto nicht benutzt werden.`,
  'mail.verify.link': 'Adresse bestätigen',

  'mail.email_change.subject': 'Ihre neue Adresse für {app}',
  'mail.email_change.text': `Jemand, vermutlich Sie, möchte diese Adresse für ein Konto bei {app} verwenden.

Dieser Link bestätigt sie, einmal und innerhalb einer Stunde, in einem Browser, in dem Sie angemeldet sind.

{link}

Wenn Sie das nicht waren, müssen Sie nichts tun: Ohne den Link ändert sich nichts.`,
  'mail.email_change.link': 'Diese Adresse verwenden',

  'mail.email_change_asked.subject': 'Ihre Adresse für {app} soll geändert werden',
  'mail.email_change_asked.text': `Jemand, der Ihr Passwort kennt, vermutlich Sie, hat eine andere Adresse für Ihr Konto bei {app} angegeben. Solange die neue Adresse nicht bestätigt ist, ändert sich nichts.

Wenn Sie das nicht waren, legen Sie jetzt ein neues Passwort fest. Damit wird die Änderung zurückgenommen.

{link}`,
  'mail.email_change_asked.link': 'Neues Passwort festlegen',

  'mail.email_changed.subject': 'Ihre Adresse für {app} wurde geändert',
  'mail.email_changed.text': `Ihr Konto bei {app} hat ab jetzt eine andere Adresse. An diese hier senden wir dazu keine E-Mails mehr.

Wenn Sie das nicht waren, wenden Sie sich an die Betreiber der App.`,

  'mail.invitation.subject': 'Einladung zu {app}',
  'mail.invitation.text': `Sie sind zu {app} eingeladen. Registrieren Sie sich mit dieser Adresse, einmal und innerhalb von {days}:

{link}

Falls Sie nach dem Einladungscode gefragt werden: {code}

Wenn Sie damit nicht gerechnet haben, müssen Sie nichts tun.`,
  'mail.invitation.link': 'Registrieren',

  'mail.claim.subject': 'Ihr Eigentümercode für {app}',
  'mail.claim.text': `{app} hat noch keinen Eigentümer. Wer sich mit diesem Code registriert, wird Eigentümer und übernimmt alles, was darin ist. Der Code gilt einmal und einen Tag lang.

{link}

Falls Sie nach dem Eigentümercode gefragt werden: {code}

Wenn Sie ihn nicht angefordert haben, müssen Sie nichts tun. Geben Sie ihn niemandem.`,
  'mail.claim.link': 'Als Eigentümer registrieren',

  'mail.guessing.subject': 'Jemand probiert Passwörter für Ihr Konto bei {app} aus',
  'mail.guessing.text': `Im Lauf des letzten Tages wurden mindestens fünf falsche Passwörter für Ihr Konto bei {app} ausprobiert. Keines davon war richtig, und weitere Versuche werden gebremst. In einem Browser, in dem Sie schon einmal angemeldet waren, können Sie sich weiterhin anmelden.

Wenn Sie dieses Passwort auch anderswo verwenden oder es leicht zu erraten ist, legen Sie ein neues fest:

{link}`,
  'mail.guessing.link': 'Neues Passwort festlegen',

  'mail.refresh_reused.subject': 'Eine Ihrer Anmeldungen bei {app} wurde beendet',
  'mail.refresh_reused.text': `Ein Schlüssel zu Ihrem Konto bei {app}, der bereits ersetzt war, wurde noch einmal benutzt. Das kommt vor, wenn ihn jemand von einem Ihrer Geräte kopiert hat, und manchmal auch, wenn eine Verbindung abbricht. Zur Sicherheit ist die Anmeldung, zu der er gehörte, auf allen Geräten beendet, die sie benutzt haben. Melden Sie sich erneut an, um fortzufahren.

Wenn Sie sich das nicht erklären können, legen Sie ein neues Passwort fest. Damit enden alle bestehenden Anmeldungen.

{link}`,
  'mail.refresh_reused.link': 'Neues Passwort festlegen',

  'mail.factor_added.subject': 'Zwei-Faktor-Anmeldung für Ihr Konto bei {app} eingerichtet',
  'mail.factor_added.text': `Für Ihr Konto bei {app} wurde die Zwei-Faktor-Anmeldung mit einer Authenticator-App eingerichtet. Zum Anmelden ist jetzt ein Code aus der App nötig. Alle anderen Anmeldungen sind beendet.

Wenn Sie das waren, müssen Sie nichts tun.

Wenn Sie das nicht waren, legen Sie ein neues Passwort fest und bitten Sie dann den Betreiber der App, die Zwei-Faktor-Anmeldung zu entfernen:

{link}`,
  'mail.factor_added.link': 'Neues Passwort festlegen',

  'mail.factor_removed.subject': 'Zwei-Faktor-Anmeldung für Ihr Konto bei {app} entfernt',
  'mail.factor_removed.text': `Die Zwei-Faktor-Anmeldung für Ihr Konto bei {app} wurde entfernt. Zum Anmelden reicht jetzt das Passwort.

Wenn Sie sie ausgeschaltet haben oder den Betreiber darum gebeten haben, müssen Sie nichts tun.

Wenn nicht, legen Sie jetzt ein neues Passwort fest und richten Sie die Zwei-Faktor-Anmeldung dann wieder ein:

{link}`,
  'mail.factor_removed.link': 'Neues Passwort festlegen',

  'mail.passkey_added.subject': 'Passkey zu Ihrem Konto bei {app} hinzugefügt',
  'mail.passkey_added.text': `Zu Ihrem Konto bei {app} wurde ein Passkey hinzugefügt. Mit ihm ist die Anmeldung ohne Passwort möglich.

Wenn Sie das waren, müssen Sie nichts tun.

Wenn Sie das nicht waren, legen Sie ein neues Passwort fest und entfernen Sie den Passkey dann auf der Seite Ihres Kontos:

{link}`,
  'mail.passkey_added.link': 'Neues Passwort festlegen',

  'mail.passkey_removed.subject': 'Passkey von Ihrem Konto bei {app} entfernt',
  'mail.passkey_removed.text': `Ein Passkey Ihres Kontos bei {app} wurde entfernt. Mit ihm ist keine Anmeldung mehr möglich.

Wenn Sie ihn entfernt haben oder den Betreiber darum gebeten haben, müssen Sie nichts tun.

Wenn nicht, legen Sie jetzt ein neues Passwort fest:

{link}`,
  'mail.passkey_removed.link': 'Neues Passwort festlegen',

  'mail.provider_linked.subject': 'Weitere Anmeldung für Ihr Konto bei {app}',
  'mail.provider_linked.text': `Mit Ihrem Konto bei {app} wurde ein Konto bei einem anderen Anbieter verknüpft. Damit ist die Anmeldung ohne Passwort möglich.

Wenn Sie das waren, müssen Sie nichts tun.

Wenn Sie das nicht waren, legen Sie ein neues Passwort fest und lösen Sie die Verknüpfung dann auf der Seite Ihres Kontos:

{link}`,
  'mail.provider_linked.link': 'Neues Passwort festlegen',

  'mail.provider_unlinked.subject': 'Anmeldung von Ihrem Konto bei {app} entfernt',
  'mail.provider_unlinked.text': `Die Verknüpfung Ihres Kontos bei {app} mit einem Konto bei einem anderen Anbieter wurde gelöst. Damit ist keine Anmeldung mehr möglich.

Wenn Sie sie gelöst haben oder den Betreiber darum gebeten haben, müssen Sie nichts tun.

Wenn nicht, legen Sie jetzt ein neues Passwort fest:

{link}`,
  'mail.provider_unlinked.link': 'Neues Passwort festlegen',

  'mail.deletion_asked.subject': 'Ihr Konto bei {app} wird gelöscht',
  'mail.deletion_asked.text': `Ihr Konto bei {app} und alles, was dazugehört, wird am {day} gelöscht. Bis dahin können Sie sich anmelden und es behalten:

{link}

Wenn Sie das nicht angefordert haben, behalten Sie das Konto und legen Sie dann ein neues Passwort fest.`,
  'mail.deletion_asked.link': 'Konto behalten',

  'mail.deletion_cancelled.subject': 'Ihr Konto bei {app} bleibt bestehen',
  'mail.deletion_cancelled.text': `Ihr Konto bei {app} wird nicht gelöscht: Die Löschung wurde in einem Browser zurückgenommen, in dem Sie angemeldet sind.

Wenn Sie das nicht waren, legen Sie ein neues Passwort fest:

{link}`,
  'mail.deletion_cancelled.link': 'Neues Passwort festlegen',

  'mail.taken.subject': 'Sie haben bereits ein Konto bei {app}',
  'mail.taken.text': `Jemand, vermutlich Sie, wollte sich mit dieser Adresse bei {app} registrieren. Es gibt dazu bereits ein Konto, und es wurde nichts geändert.

{login}

Wenn Sie das Passwort nicht kennen oder die Adresse nie bestätigt haben, legen Sie ein neues Passwort fest:

{link}

Wenn Sie das nicht waren, müssen Sie nichts tun.`,
  'mail.taken.login': 'Anmelden',
  'mail.taken.link': 'Neues Passwort festlegen',
}
