import { notebook } from '../notebook/usertwo.js'

export default notebook('notes by knex, with uuid keys', { keys: 'uuids', knex: true })
