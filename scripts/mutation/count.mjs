/**
 * Counts the mutants of a report of Stryker. Noticed: a test failed, or did not end. Left out: those that run only
 * while a file loads, and those after which nothing can run.
 */
export function countMutants({ files }) {
  const statuses = Object.values(files).flatMap(({ mutants }) => mutants.map(({ status }) => status))
  const count = (...wanted) => statuses.filter((status) => wanted.includes(status)).length
  const noticed = count('Killed', 'Timeout')
  const all = noticed + count('Survived', 'NoCoverage')
  return { noticed, all, ignored: statuses.length - all }
}
