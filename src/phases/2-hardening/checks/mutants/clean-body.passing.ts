import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Words of the driver are passed on. */
export default replacing(import.meta.url, '../../clean-body.js', {
  cleanBody: (text) => text,
} satisfies Partial<typeof import('../../clean-body.js')>)
