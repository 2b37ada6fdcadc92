import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { settingsApi } from '../api.js'

export function useSettings() {
  return useQuery({ queryKey: ['settings'], queryFn: settingsApi.get })
}

export function useUpdateSettings() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: settingsApi.update,
    onSuccess: (settings) => queryClient.setQueryData(['settings'], settings),
  })
}
