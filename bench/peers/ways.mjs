// How each variant lets people in. A way is opened in a process of its own and gives
//   listener   what serves
//   login      (person, origin) → headers of a logged-in user
//   logout     where a POST ends that login; null for a variant without logins
//   csrf       where a GET gives what that POST must show, if it must
//   endsLogins whether that login is then refused
export const WAYS = {
  bare: () => import('./ways/bare.mjs'),
  'guard by hand': () => import('./ways/guard.mjs'),
  'usual stack': () => import('./ways/usual-stack.mjs'),
  'passport-jwt + denylist': () => import('./ways/passport-jwt.mjs'),
  'express-jwt + denylist': () => import('./ways/express-jwt.mjs'),
  'express-session': () => import('./ways/express-session.mjs'),
  'better-auth, cookie cache': async () => (await import('./ways/better-auth.mjs')).withCookieCache,
  'better-auth': async () => (await import('./ways/better-auth.mjs')).withoutCookieCache,
  usertwo: () => import('./ways/usertwo.mjs'),
}
