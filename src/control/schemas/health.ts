import * as z from 'zod'
import { attention } from './shared.ts'

export const nodeHealthResult = z.object({
  live: z
    .literal(true)
    .describe('An answer is alive; a supervisor starts a node again that gives none'),
  ready: z.boolean().describe('Peers are admitted and admit this node'),
  reasons: attention.describe('What keeps it from being ready')
})

export const nodeMetricsResult = z.object({
  metrics: z.array(
    z.object({
      name: z.string(),
      type: z.enum(['counter', 'gauge', 'histogram']),
      help: z.string(),
      samples: z.array(
        z.object({
          suffix: z.string().optional().describe('Of a histogram: _bucket, _sum or _count'),
          labels: z.record(z.string(), z.string()),
          value: z.number()
        })
      )
    })
  )
})
