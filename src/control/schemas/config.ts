import * as z from 'zod'

const settingName = z.string()

export const configShowResult = z.object({
  file: z.string().describe('Where the settings of this node are written'),
  settings: z.array(
    z.object({
      name: settingName,
      value: z.unknown().optional().describe('Absent where the setting is off'),
      origin: z
        .enum(['flag', 'environment', 'file', 'default'])
        .describe('What has given it; the earlier one wins'),
      variable: z.string().describe('The variable of the environment that gives it'),
      reload: z.boolean().describe('Takes effect with `node.reload`, not just at the next start')
    })
  )
})

export const nodeReloadResult = z.object({
  applied: z.array(settingName).describe('Settings that have changed and are in force now'),
  later: z
    .array(settingName)
    .describe('Settings that have changed and are used from the next start on')
})
