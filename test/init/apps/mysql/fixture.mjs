export default {
  shapes: [11],
  refused: /keeps its rows by mysql2, and usertwo keeps people apart in PostgreSQL/,
}
