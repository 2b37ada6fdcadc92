/**
 * Counts the mutants of a report of Stryker. Noticed: a test failed, or did not end. Left out: those that run only
 * while a file loads, and those after which nothing can run. A report also has the files of earlier runs.
 *
 * @param places the files and patterns of this run
 */
export function countMutants({ files }, places) {
  const isChosen = (file) => places.some((place) => file.startsWith(place.replace(/\*\*\/\*\.ts$/, '')))
  const chosen = Object.entries(files).filter(([file]) => isChosen(file))
  const statuses = chosen.flatMap(([, { mutants }]) => mutants.map(({ status }) => status))
  const count = (...wanted) => statuses.filter((status) => wanted.includes(status)).length
  const noticed = count('Killed', 'Timeout')
  const all = noticed + count('Survived', 'NoCoverage')
  return { noticed, all, ignored: statuses.length - all }
}
