export default {
  shapes: [28],
  refused: /index\.js:14: the app has a login of its own \(jsonwebtoken\)/,
}
