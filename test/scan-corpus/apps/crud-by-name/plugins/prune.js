module.exports = ({ pool, body }) => pool.query('delete from posts where id < $1', [body.before])
