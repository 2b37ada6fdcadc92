/**
 * The app as its owner wrote it, one place at a time, before the owner's id was taken out: what is written for user 1
 * stays user 1's, since nothing but knex lets it be read as whoever asks. `before` names each place, with the texts
 * there now and then.
 */
export function withOwnerIds(folder, before) {
  // The inventory names the place, the attack what somebody else's request met there.
  const names =
    /owner-id that is not in|the owner’s id is in SQL|of the owner|of another user|unlike|not answered like the owner|differently/
  const mutants = Object.entries(before).map(([name, places]) => ({
    name: `the owner’s id is written out in ${name}`,
    names,
    by: {
      edit: places.map(([file, find, replace]) => ({ file: `apps/${folder}/${file}`, find, replace })),
    },
  }))
  return { 'inventory.hot-spots': mutants, 'isolation.foreign-ids': mutants }
}
