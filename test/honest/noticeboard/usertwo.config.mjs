// The same board by knex.
import config from './usertwo.config.js'

export default { ...config, app: { ...config.app, env: { BY_KNEX: 'yes' } } }
