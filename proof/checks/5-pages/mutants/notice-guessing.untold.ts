import { replacing } from '../../../gate/replace/replacing.js'

/** Nobody is told that they are guessed at. */
export default replacing(import.meta.url, '../../../../src/phases/4-auth/links/notice-guessing.js', {
  noticeGuessing: () => {},
} satisfies Partial<typeof import('../../../../src/phases/4-auth/links/notice-guessing.js')>)
