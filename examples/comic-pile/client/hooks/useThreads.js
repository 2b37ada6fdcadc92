import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { queueApi, threadsApi } from '../api.js'

export function useThreads() {
  return useQuery({ queryKey: ['threads'], queryFn: threadsApi.list })
}

export function useStaleThreads(days) {
  return useQuery({ queryKey: ['threads', 'stale', days], queryFn: () => threadsApi.stale(days) })
}

function useThreadMutation(mutationFn) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn,
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ['threads'] }),
        queryClient.invalidateQueries({ queryKey: ['session'] }),
      ]),
  })
}

export const useCreateThread = () => useThreadMutation(threadsApi.create)
export const useUpdateThread = () => useThreadMutation(({ id, ...thread }) => threadsApi.update(id, thread))
export const useDeleteThread = () => useThreadMutation(threadsApi.remove)
export const useReactivateThread = () => useThreadMutation(threadsApi.reactivate)
export const useMoveTo = () => useThreadMutation(({ id, position }) => queueApi.moveTo(id, position))
export const useMoveToFront = () => useThreadMutation(queueApi.moveToFront)
export const useMoveToBack = () => useThreadMutation(queueApi.moveToBack)
