export default {
  shapes: [11],
  refused: /MySQL, by mysql2\S* at \S+: usertwo separates users in PostgreSQL alone/,
}
