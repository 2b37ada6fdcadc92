import { replacing } from '../../../../tools/gate/replace/replacing.js'

/** Nobody is told that they are guessed at. */
export default replacing(import.meta.url, '../../../4-auth/links/notice-guessing.js', {
  noticeGuessing: () => {},
} satisfies Partial<typeof import('../../../4-auth/links/notice-guessing.js')>)
