import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { rateApi, rollApi, sessionApi, undoApi } from '../api.js'

const PAGE_SIZE = 10

export function useCurrentSession() {
  return useQuery({ queryKey: ['session', 'current'], queryFn: sessionApi.current })
}

export function useSessions(page) {
  return useQuery({
    queryKey: ['sessions', page],
    queryFn: () => sessionApi.list({ limit: PAGE_SIZE, offset: page * PAGE_SIZE }),
    select: (sessions) => ({ sessions, hasMore: sessions.length === PAGE_SIZE }),
  })
}

export function useSession(id) {
  return useQuery({ queryKey: ['session', id], queryFn: () => sessionApi.get(id) })
}

export function useSessionDetails(id) {
  return useQuery({ queryKey: ['session', id, 'details'], queryFn: () => sessionApi.details(id) })
}

export function useSnapshots(id) {
  return useQuery({ queryKey: ['session', id, 'snapshots'], queryFn: () => sessionApi.snapshots(id) })
}

/** A mutation after which every cached list may be stale: rolls, ratings and undo reach all of them. */
function useSessionMutation(mutationFn) {
  const queryClient = useQueryClient()
  return useMutation({ mutationFn, onSuccess: () => queryClient.invalidateQueries() })
}

export const useRoll = () => useSessionMutation(rollApi.roll)
export const useOverride = () => useSessionMutation(rollApi.override)
export const useDismissPending = () => useSessionMutation(rollApi.dismissPending)
export const useSetDie = () => useSessionMutation(rollApi.setDie)
export const useClearManualDie = () => useSessionMutation(rollApi.clearManualDie)
export const useRate = () => useSessionMutation(rateApi.rate)
export const useRestoreStart = () => useSessionMutation(sessionApi.restoreStart)
export const useUndo = () =>
  useSessionMutation(({ sessionId, snapshotId }) => undoApi.undo(sessionId, snapshotId))
