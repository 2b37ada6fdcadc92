// How each variant logs users in. A way is opened in a process of its own and returns
//   listener   the request listener
//   login      (user, origin) → headers of a logged-in user
//   logout     where a POST ends that login; null for a variant without logins
//   csrf       where a GET returns the CSRF token for that POST, if one is needed
//   endsLogins whether that login is refused afterwards
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
