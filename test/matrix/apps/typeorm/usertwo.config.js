import { notebook } from '../notebook/usertwo.js'

export default notebook('notes by TypeORM')
