import { replacing } from '../../../gate/replace/replacing.js'

export default replacing(import.meta.url, '../../../../src/phases/6-isolation/jobs/job-place.js', {
  /** Work outside every request counts as an anonymous request. */
  unnoticed: { jobHere: () => null },
} satisfies Record<string, Partial<typeof import('../../../../src/phases/6-isolation/jobs/job-place.js')>>)
