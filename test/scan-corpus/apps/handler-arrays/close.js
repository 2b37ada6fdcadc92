module.exports = (pool) => async (req, res, next) => {
  await pool.query("update tickets set state = 'closed' where id = $1", [req.ticket.id])
  next()
}
