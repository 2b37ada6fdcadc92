export default {
  shapes: [11],
  refused: /stores its rows with mysql2, but usertwo separates users only in PostgreSQL/,
}
