import { ACCOUNT_TEXTS } from './en-account.js'
import { API_TEXTS } from './en-api.js'
import { APP_TEXTS } from './en-app.js'
import { MAIL } from './en-mail.js'
import { PRIVACY_TEXTS } from './en-privacy.js'
import { PROVIDER_TEXTS } from './en-provider.js'

/** The texts of pages, by the name under which `auth.words` replaces them. `{app}` and other placeholders are filled in. */
export const PAGES = {
  lang: 'en',
  error: 'Error:',
  back_to_app: 'Back to the app',
  back_to_login: 'Back to the login',
  back_to_account: 'Back to your account',
  show: 'Show',
  hide: 'Hide',
  show_password: 'Show password',
  hide_password: 'Hide password',
  wait: 'Too many attempts. Please try again in {seconds} seconds.',
  wait_over: 'You can try again now.',
  a_day: 'a day',
  days: '{count} days',
  an_hour: 'an hour',
  hours: '{count} hours',
  not_found: 'Not found',

  'field.login': 'E-mail or user name',
  'field.email': 'E-mail',
  'field.username': 'User name',
  'field.password': 'Password',
  'field.new_password': 'New password',
  'field.current_password': 'Current password',
  'field.new_password_hint': '8 to 128 characters. Anything goes; longer is better.',
  'field.new_email': 'New e-mail',

  'field.code': 'Code',
  'field.code_hint': 'The 6 digits that the app shows now, or one of your recovery codes.',

  'login.title': 'Log in',
  'login.button': 'Log in',
  'login.shared': 'This is a shared computer',
  'login.shared_hint': 'The login ends when the browser is closed, and after 8 hours at the latest.',
  'login.forgot': 'Forgot your password?',
  'login.no_account': 'No account yet?',
  'login.register': 'Register',
  'login.by_link': 'Log in by e-mail link',
  'login.wrong': 'E-mail or password is wrong.',
  'login.wrong_by_name': 'User name or password is wrong.',

  'login_link.title': 'Log in by e-mail link',
  'login_link.text':
    'We send a link to the address of the account. It logs you in without the password, in this browser alone.',
  'login_link.button': 'Send the link',
  'login_link.done':
    'If there is an account with this address, a link is on its way to it. Open it in this browser, within 15 minutes. If you asked several times today, it may not be sent: log in with the password then.',
  'login_link.use_title': 'Log in',
  'login_link.use_text': 'The link in the mail logs you in, once.',
  'login_link.use_button': 'Log in',
  'login_link.other_browser':
    'Open this link in the browser in which you asked for it. It was not used, and still works there.',
  'login_link.ask_here': 'Ask for a link in this browser',

  'register.title': 'Register',
  'register.button': 'Register',
  'register.account': 'Registered already?',
  'register.login': 'Log in',
  'register.owner_only':
    'For now only the owner can register, with the claim code. It brings along everything that is in here already.',
  'register.closed': 'Registration is closed. The administrator can make you an account.',
  'register.refused':
    'Registration is closed: the code is missing, wrong, too old or used already, or of another address.',
  'register.invite_code': 'Code of the invitation',
  'register.invite_hint': 'It came with the invitation, and is good for the one it was made for.',
  'register.claim_code': 'Claim code',
  'register.claim_optional': '(only the owner has one)',
  'register.claim_hint':
    'It makes you the owner of everything that is already here. The command usertwo claim prints it.',

  'logout.title': 'Log out',
  'logout.text': 'You will need your password to come back.',
  'logout.button': 'Log out',

  'forgot.title': 'Forgot your password?',
  'forgot.text': 'We send a link to the address of the account. It sets a new password.',
  'forgot.button': 'Send the link',
  'forgot.done':
    'If there is an account with this address, a link is on its way to it. A link that was mailed earlier works too.',

  'reset.title': 'Set a new password',
  'reset.button': 'Set the password',
  'reset.ends': 'Every login there is now ends with it.',
  'reset.done': 'The password is set. Log in with it.',

  'verify.title': 'Confirm your address',
  'verify.text': 'This confirms that the address is yours.',
  'verify.button': 'Confirm the address',
  'verify.done': 'The address is confirmed. Log in.',
  'verify.resend': 'We send a link to the address of the account. It confirms that the address is yours.',
  'verify.resend_button': 'Send the link',

  'email.title': 'Change your e-mail address',
  'email.text':
    'We send a link to the new address. Until it is opened, in a browser where you are logged in, nothing changes.',
  'email.button': 'Send the link',
  'email.asked': 'If the address is free, a link is on its way to it. Until it is opened nothing changes.',
  'email.confirm_title': 'Confirm your new address',
  'email.confirm': 'Your account has this address from now on, and the one before no more.',
  'email.confirm_button': 'Use this address',
  'email.done': 'The address is changed.',

  'account.title': 'Your account',
  'account.name': 'Name',
  'account.email': 'E-mail',
  'account.none': 'none',
  'account.change_password': 'Change your password',
  'account.change_password_button': 'Change the password',
  'account.no_password': 'No password',
  'account.no_password_text': 'You log in by a provider or by a mailed link.',
  'account.set_password': 'Set a password by e-mail',
  'account.password_changed': 'The password is changed. Every other login of yours has ended.',
  'account.happened': 'What happened lately',
  'account.administration': 'Administration',

  'sessions.title': 'Where you are logged in',
  'sessions.this': 'this one',
  'sessions.since': 'since',
  'sessions.used': 'last used',
  'sessions.token': 'Token {name}',
  'sessions.end': 'End it',
  'sessions.end_label': 'End it: the login of {name} since {day}',
  'sessions.end_others': 'End all others',
  'sessions.one_ended': 'That login has ended.',
  'sessions.others_ended': 'Every other login has ended.',

  'factor.title': 'Second factor',
  'factor.login_title': 'Enter your code',
  'factor.login_text': 'One more step: open your authenticator app for the code.',
  'factor.login_button': 'Log in',
  'factor.off':
    'With a second factor, logging in takes a code from an authenticator app on your phone besides the password. A stolen password alone is not enough then.',
  'factor.set_up': 'Set it up',
  'factor.scan': 'Scan this with your authenticator app:',
  'factor.qr': 'QR code that holds the key below',
  'factor.key': 'Or type this key into the app:',
  'factor.confirm_text': 'Then enter the code that the app shows. Every other login of yours ends.',
  'factor.confirm_hint': 'The 6 digits that the app shows now.',
  'factor.confirm_button': 'Turn it on',
  'factor.start_again': 'Start again with a new key',
  'factor.on': 'On since {day}. Recovery codes left: {count}.',
  'factor.change_text': 'Enter a code of the factor you have, then choose.',
  'factor.new_codes': 'Make new recovery codes',
  'factor.replace': 'Set up another app or phone',
  'factor.remove': 'Turn it off',
  'factor.removed': 'The second factor is off.',
  'factor.codes_title': 'Your recovery codes',
  'factor.codes_text':
    'Each of these codes works once, in place of a code from the app. Keep them where you find them without your phone. They are shown only now, and earlier ones do not work any more.',
  'factor.codes_done': 'I have saved them',

  'passkeys.title': 'Passkeys',
  'passkeys.text':
    'A passkey logs you in without the password: with your phone, your computer or a security key, unlocked as you always unlock it. It takes the place of the second factor too.',
  'passkeys.add': 'Add a passkey',
  'passkeys.name': 'Name',
  'passkeys.name_hint': 'By which you recognise it, such as: my phone.',
  'passkeys.create_text': 'Your browser asks where to keep the passkey, and has you unlock that device.',
  'passkeys.create_button': 'Create the passkey',
  'passkeys.back': 'Back to your passkeys',
  'passkeys.failed': 'It was cancelled, or did not work. Try again.',
  'passkeys.missing': 'This needs JavaScript, and a browser that has passkeys.',
  'passkeys.since': 'added',
  'passkeys.used': 'last used',
  'passkeys.never': 'not used yet',
  'passkeys.backed_up': 'on all your devices',
  'passkeys.rename': 'Rename',
  'passkeys.rename_label': 'Rename {name}',
  'passkeys.rename_button': 'Save the name',
  'passkeys.remove': 'Remove',
  'passkeys.remove_label': 'Remove {name}',
  'passkeys.added': 'The passkey is added. It logs you in from now on.',
  'passkeys.renamed': 'The name is changed.',
  'passkeys.removed': 'The passkey is removed. It does not log in any more; delete it on your device too.',
  'passkeys.login_button': 'Log in with a passkey',

  'confirm.title': 'Your password, please',
  'confirm.text': 'You entered your password a while ago. Enter it again to go on.',
  'confirm.button': 'Go on',
  'confirm.provider_title': 'Log in again, please',
  'confirm.by_provider':
    'You logged in a while ago. Your account has no password: log in again by a provider that is linked to it, then do it again.',

  'step_up.title': 'Confirm that it is you',
  'step_up.text': 'This needs your password and a code of your second factor.',
  'step_up.passkey': 'Your passkey confirms it:',
  'step_up.by_provider':
    'Your account has no password: log in again by a provider that is linked to it, then enter a code of your second factor.',
  'step_up.none':
    'This needs a second factor, and your account has none yet. Set one up here, then go back to where you were.',
}

/** Every text in English: the catalogue that each other language has to match. */
export const EN = {
  ...PAGES,
  ...API_TEXTS,
  ...ACCOUNT_TEXTS,
  ...APP_TEXTS,
  ...PRIVACY_TEXTS,
  ...PROVIDER_TEXTS,
  ...MAIL,
}
export type Word = keyof typeof EN
